/*
 * The load: many chat clients in one thread, cheap enough to measure servers written in C.
 *
 *     load key=value ...        runs one workload; prints "ready" and one JSON object, a line each
 *     load mode=check < bytes   counts what a receiver would find in these bytes
 *
 * Every text is 64 bytes: ^SSSSS.QQQQQQQQ.TTTTTTTTTTTTTTTT and padding, where S is the sender, Q the
 * number of the line and T when it was due, in microseconds. Receivers count carets, which appear
 * nowhere else; the checkers among them read every sender and number, note the latency and tell the
 * senders of the closed loop that a line has arrived. At the end every receiver must have exactly
 * as many carets as lines were said to it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef WITH_TLS
#include <openssl/ssl.h>
#endif

#define TEXT 64           /* bytes of a text */
#define STAMP 32          /* bytes of it that are read: ^SSSSS.QQQQQQQQ.TTTTTTTTTTTTTTTT */
#define TAIL 256          /* bytes kept to find a word that two reads share */
#define READ_SIZE 262144  /* bytes of one read */
#define MAX_WINDOW 64     /* lines that may be under way in the closed loop */
#define BUCKETS 4096      /* of the latency histogram: 64 per power of two */
#define MAX_EVENTS 64     /* of one turn: clients that answer at once, not all together */

enum proto { LINE, JSON, IRC };
enum state { UNUSED, CONNECTING, SHAKING, NAMING, JOINING, IN, GONE };

typedef struct {
    int fd, id, room;
    enum proto proto;
    enum state state;
    bool checker, talker, dead, dirty, writing, free;
    uint64_t counted;            /* carets since the talk began */
    uint32_t said;               /* lines said */
    uint16_t acks[MAX_WINDOW];   /* checkers that have seen a line under way */
    uint32_t acked;              /* lines that all checkers of the room have seen */
    uint32_t *next;              /* a checker's next number, by talker of the room */
    char *tail;                  /* what may be the beginning of a word */
    int tail_size;
    char *out;
    size_t out_size, out_room;
#ifdef WITH_TLS
    SSL *ssl;
#endif
} conn;

typedef struct {
    int first, members, healthy, talkers, checkers;
    uint64_t said;
} room;

/* What is asked for; see bench/load.py. */
static struct {
    char host[64], mode[16], proto[16], prefix[32];
    int port, pid, rooms, members, talkers, checkers, window, idle, at_once, stopped, slow, tls;
    int idle_join, idle_rooms;
    double rate, warm, seconds, limit, patience;
} ask = {
    .host = "127.0.0.1", .mode = "closed", .proto = "line", .prefix = "room", .rooms = 1,
    .members = 10, .talkers = 10, .checkers = 2, .window = 8, .at_once = 200, .rate = 100,
    .warm = 0.5, .seconds = 2, .limit = 0.25, .patience = 120,
};

static conn *conns;
static int count, talker_count, poller, in_count, refused, lost_connections;
static conn **talkers, **dirty, **free_talkers;
static int dirty_count, free_count;
static room *rooms;
static char buffer[READ_SIZE + TAIL];
static uint64_t deliveries, samples, wrong_order, gaps, said_total, acked_total;
static uint32_t histogram[BUCKETS];
static int64_t window_from = INT64_MAX, window_to = INT64_MAX, last_bytes, latency_max;
static bool talking;
static double connect_seconds, settled_seconds, rss_before, rss_in;
static char trouble[256];
#ifdef WITH_TLS
static SSL_CTX *tls;
#endif

/* Small things */

static int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void complain(const char *format, ...) {
    va_list rest;
    if (trouble[0]) return;
    va_start(rest, format);
    vsnprintf(trouble, sizeof trouble, format, rest);
    va_end(rest);
}

static void die(const char *what) {
    printf("{\"error\": \"%s: %s\"}\n", what, strerror(errno));
    exit(0);
}

static void *grab(size_t n, size_t size) {
    void *made = calloc(n ? n : 1, size);
    if (!made) die("no memory");
    return made;
}

static double server_cpu(void) {
    char path[64], line[1024], *at;
    unsigned long user = 0, kernel = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", ask.pid);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    if (fgets(line, sizeof line, file) && (at = strrchr(line, ')')))
        sscanf(at + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
    fclose(file);
    return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

static long server_memory(const char *name) {
    char path[64], line[256];
    long kilobytes = 0;
    snprintf(path, sizeof path, "/proc/%d/status", ask.pid);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    while (fgets(line, sizeof line, file))
        if (!strncmp(line, name, strlen(name))) sscanf(line + strlen(name) + 1, "%ld", &kilobytes);
    fclose(file);
    return kilobytes;
}

static double own_cpu(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* Latencies */

static int bucket_of(int64_t us) {
    if (us < 64) return us < 0 ? 0 : (int)us;
    int power = 63 - __builtin_clzll((uint64_t)us);
    return (power - 5) * 64 + (int)((us >> (power - 6)) & 63);
}

static double bucket_ms(int bucket) {
    if (bucket < 64) return bucket / 1e3;
    int power = bucket / 64 + 5;
    return (double)(((int64_t)64 + bucket % 64) << (power - 6)) / 1e3;
}

static void sample(int64_t due, int64_t now) {
    int64_t took = now - due;
    if (due < window_from || due >= window_to) return;
    int bucket = bucket_of(took);
    histogram[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
    samples++;
    if (took > latency_max) latency_max = took;
}

static double percentile(double share) {
    uint64_t wanted = (uint64_t)(share * (double)samples), seen = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++)
        if ((seen += histogram[bucket]) > wanted) return bucket_ms(bucket);
    return 0;
}

static void forget_latencies(void) {
    memset(histogram, 0, sizeof histogram);
    samples = 0;
    latency_max = 0;
}

/* Reading what was said */

static int64_t number(const char *at, int digits) {
    int64_t value = 0;
    while (digits--) value = value * 10 + (*at++ - '0');
    return value;
}

static int needed(const conn *talker) {
    const room *in = &rooms[talker->room];
    return in->checkers - (talker->checker && talker->proto != JSON);
}

static void acknowledge(conn *talker, uint32_t line) {
    uint16_t *acks = &talker->acks[line % MAX_WINDOW];
    if (++*acks < needed(talker)) return;
    *acks = 0;
    talker->acked++;
    acked_total++;
    if (!talker->free) free_talkers[free_count++] = talker;
    talker->free = true;
}

static void check_text(conn *c, const char *text, int64_t now) {
    int sender = (int)number(text + 1, 5);
    uint32_t line = (uint32_t)number(text + 7, 8);
    if (sender < 0 || sender >= count || conns[sender].room != c->room) {
        wrong_order++;
        return;
    }
    uint32_t *next = &c->next[sender - rooms[c->room].first];
    if (line > *next) gaps++;
    if (line < *next) wrong_order++;
    *next = line + 1;
    sample(number(text + 16, 16), now);
    acknowledge(&conns[sender], line);
}

/* A checker's bytes: those kept from the last read, then the new ones. */
static void check_bytes(conn *c, const char *data, int size, int64_t now) {
    const char *at = data, *end = data + size, *found;
    while ((found = memchr(at, '^', (size_t)(end - at)))) {
        if (end - found < STAMP) break;
        check_text(c, found, now);
        at = found + STAMP;
    }
    c->tail_size = found ? (int)(end - found) : 0;
    if (found) memcpy(c->tail, found, (size_t)c->tail_size);
}

static uint64_t carets(const char *data, int size) {
    uint64_t found = 0;
    for (int at = 0; at < size; at++) found += data[at] == '^';
    return found;
}

/* Writing */

static void watch(conn *c, uint32_t events, int operation) {
    struct epoll_event event = {.events = events, .data.ptr = c};
    if (epoll_ctl(poller, operation, c->fd, &event) && errno != ENOENT) die("epoll_ctl");
}

static void append(conn *c, const char *data, size_t size) {
    if (c->out_size + size > c->out_room) {
        c->out_room = (c->out_size + size) * 2 + 256;
        c->out = realloc(c->out, c->out_room);
        if (!c->out) die("no memory");
    }
    memcpy(c->out + c->out_size, data, size);
    c->out_size += size;
    if (!c->dirty) dirty[dirty_count++] = c;
    c->dirty = true;
}

static void drop(conn *c) {
    if (c->state == GONE || c->state == UNUSED) return;
    if (c->state == IN) {
        in_count--;
        lost_connections++;
        complain("the server closed connection %d", c->id);
    } else {
        refused++;
    }
    c->state = GONE;
    close(c->fd);
}

static ssize_t transmit(conn *c) {
#ifdef WITH_TLS
    if (c->ssl) {
        int sent = SSL_write(c->ssl, c->out, (int)c->out_size);
        if (sent > 0) return sent;
        int why = SSL_get_error(c->ssl, sent);
        errno = why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ ? EAGAIN : EPIPE;
        return -1;
    }
#endif
    return send(c->fd, c->out, c->out_size, MSG_NOSIGNAL);
}

static void flush(conn *c) {
    c->dirty = false;
    if (c->state == GONE || c->state == CONNECTING || c->state == SHAKING || !c->out_size) return;
    ssize_t sent = transmit(c);
    if (sent < 0 && errno != EAGAIN) {
        drop(c);
        return;
    }
    if (sent > 0) {
        c->out_size -= (size_t)sent;
        memmove(c->out, c->out + sent, c->out_size);
    }
    if (c->writing != (c->out_size > 0)) {
        c->writing = !c->writing;
        watch(c, EPOLLIN | (c->writing ? EPOLLOUT : 0), EPOLL_CTL_MOD);
    }
}

static void flush_all(void) {
    for (int i = 0; i < dirty_count; i++) flush(dirty[i]);
    dirty_count = 0;
}

/* Saying something */

static void room_name(const conn *c, char *name) {
    if (c->room < 0 && ask.idle_rooms) sprintf(name, "crowd%d", c->id % ask.idle_rooms);
    else if (c->room < 0) strcpy(name, "lobby");
    else if (ask.rooms == 1 && c->room == 0) strcpy(name, ask.prefix);
    else sprintf(name, "%s%d", ask.prefix, c->room);
}

static void say(conn *c, int64_t due) {
    static const char padding[] = "the quick brown fox jumps over it";
    char line[256], text[2 * TEXT], name[64];
    snprintf(text, sizeof text, "^%05d.%08u.%016lld%s", c->id, c->said, (long long)due, padding);
    text[TEXT] = 0;
    if (c->proto == LINE) {
        memcpy(line, text, TEXT);
        line[TEXT] = '\n';
        append(c, line, TEXT + 1);
    } else {
        room_name(c, name);
        const char *form = c->proto == IRC ? "PRIVMSG #%s :%s\r\n"
                                           : "{\"type\":\"say\",\"room\":\"#%s\",\"text\":\"%s\"}\n";
        append(c, line, (size_t)snprintf(line, sizeof line, form, name, text));
    }
    c->said++;
    said_total++;
    rooms[c->room].said++;
}

/* Closed loop: every talker keeps its window full. */
static void fill(conn *c, int64_t now) {
    while (c->state == IN && c->said - c->acked < (uint32_t)ask.window) say(c, now);
}

static void refill(void) {
    int64_t now = now_us();
    for (int i = 0; i < free_count; i++) {
        free_talkers[i]->free = false;
        fill(free_talkers[i], now);
    }
    free_count = 0;
}

/* Coming in */

static void put(conn *c, const char *format, ...) {
    char line[256];
    va_list rest;
    va_start(rest, format);
    int size = vsnprintf(line, sizeof line, format, rest);
    va_end(rest);
    append(c, line, (size_t)size);
}

static bool joins(const conn *c) { return c->room >= 0 || ask.idle_join; }

static void give_name(conn *c) {
    char name[64];
    room_name(c, name);
    c->state = NAMING;
    if (c->proto == IRC) {
        put(c, "NICK n%05d\r\nUSER n%05d 0 * :load\r\n", c->id, c->id);
    } else if (c->proto == LINE) {
        put(c, "n%05d\n", c->id);
    } else {
        put(c, "{\"type\":\"hello\",\"nick\":\"n%05d\",\"grace\":false,\"rooms\":[\"#%s\"]}\n",
            c->id, name);
    }
}

static void arrive(conn *c) {
    c->state = IN;
    c->tail_size = 0;
    in_count++;
}

static bool has(const char *data, int size, const char *word) {
    return memmem(data, (size_t)size, word, strlen(word)) != NULL;
}

static void named(conn *c) {
    char name[64];
    if (!joins(c)) {
        arrive(c);
        return;
    }
    room_name(c, name);
    c->state = JOINING;
    put(c, c->proto == IRC ? "JOIN #%s\r\n" : "/join %s\n", name);
}

static void log_in(conn *c, const char *data, int size) {
    static const char *const names[] = {"*** Hello", "\"welcome\"", " 001 "};
    static const char *const rooms_in[] = {"now talking in", "", " 366 "};
    if (c->state == NAMING && has(data, size, names[c->proto])) {
        if (c->proto == JSON) arrive(c);
        else named(c);
    } else if (c->state == JOINING && has(data, size, rooms_in[c->proto])) {
        arrive(c);
    }
    if (c->state == NAMING && c->proto == IRC && has(data, size, " 433 ")) complain("nick in use");
    c->tail_size = c->state == IN ? 0 : size < 32 ? size : 32;
    memmove(c->tail, data + size - c->tail_size, (size_t)c->tail_size);
}

static void answer_ping(conn *c, const char *data, int size) {
    char line[80];
    const char *at = memmem(data, (size_t)size, "PING ", 5);
    if (c->proto == IRC && at) {
        int rest = (int)(data + size - at);
        append(c, line, (size_t)snprintf(line, sizeof line, "PONG %.*s", rest - 5, at + 5));
    } else if (c->proto == JSON && has(data, size, "\"ping\"")) {
        put(c, "{\"type\":\"pong\"}\n");
    }
}

/* Receiving */

static void received(conn *c, char *data, int size) {
    last_bytes = now_us();
    if (size < 128) answer_ping(c, data, size);
    if (c->state != IN || c->checker) {
        data -= c->tail_size;
        memcpy(data, c->tail, (size_t)c->tail_size);
    }
    if (c->state != IN) {
        log_in(c, data, size + c->tail_size);
    } else if (talking) {
        uint64_t found = carets(c->checker ? data + c->tail_size : data, size);
        c->counted += found;
        deliveries += found;
        if (c->checker) check_bytes(c, data, size + c->tail_size, last_bytes);
    }
}

static int take(conn *c, char *into) {
#ifdef WITH_TLS
    if (c->ssl) {
        int size = SSL_read(c->ssl, into, READ_SIZE);
        if (size > 0) return size;
        int why = SSL_get_error(c->ssl, size);
        return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? -1 : 0;
    }
#endif
    ssize_t size = recv(c->fd, into, READ_SIZE, 0);
    return size < 0 && errno == EAGAIN ? -1 : size < 0 ? 0 : (int)size;
}

static void readable(conn *c) {
    bool more = true;
    while (more && c->state != GONE) {
        int size = take(c, buffer + TAIL);
        if (size > 0) received(c, buffer + TAIL, size);
        if (size == 0) drop(c);
        more = false;
#ifdef WITH_TLS
        more = c->ssl && size > 0;
#endif
    }
}

/* Connecting */

static void shake(conn *c) {
#ifdef WITH_TLS
    int done = SSL_connect(c->ssl);
    if (done == 1) {
        watch(c, EPOLLIN, EPOLL_CTL_MOD);
        give_name(c);
        return;
    }
    int why = SSL_get_error(c->ssl, done);
    if (why == SSL_ERROR_WANT_READ) watch(c, EPOLLIN, EPOLL_CTL_MOD);
    else if (why == SSL_ERROR_WANT_WRITE) watch(c, EPOLLOUT, EPOLL_CTL_MOD);
    else drop(c);
#else
    drop(c);
#endif
}

static void connected(conn *c) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
        complain("connecting: %s", strerror(error));
        drop(c);
        return;
    }
#ifdef WITH_TLS
    if (ask.tls) {
        c->ssl = SSL_new(tls);
        SSL_set_fd(c->ssl, c->fd);
        c->state = SHAKING;
        shake(c);
        return;
    }
#endif
    watch(c, EPOLLIN, EPOLL_CTL_MOD);
    give_name(c);
}

static void begin_connection(conn *c) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)ask.port)};
    struct linger at_once = {1, 0};
    int one = 1, small = 4096;
    inet_pton(AF_INET, ask.host, &to.sin_addr);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) die("socket");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    /* Closing leaves nothing in TIME_WAIT, so that run can follow run. */
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    if (c->dead) setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    c->state = CONNECTING;
    if (!c->tail) c->tail = grab(1, TAIL);
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) {
        complain("connecting: %s", strerror(errno));
        drop(c);
        return;
    }
    watch(c, EPOLLOUT, EPOLL_CTL_ADD);
}

static void happened(conn *c, uint32_t events) {
    if (c->state == GONE) return;
    if (c->state == CONNECTING) connected(c);
    else if (c->state == SHAKING) shake(c);
    else {
        if (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) readable(c);
        if (events & EPOLLOUT) flush(c);
    }
}

static void turn(int64_t until) {
    static struct epoll_event events[MAX_EVENTS];
    int64_t left = until - now_us();
    if (left < 0) left = 0;
    struct timespec wait = {left / 1000000, left % 1000000 * 1000};
    int ready = epoll_pwait2(poller, events, MAX_EVENTS, &wait, NULL);
    for (int i = 0; i < ready; i++) happened(events[i].data.ptr, events[i].events);
    flush_all();
}

/* Connect these, at most so many under way at a time; true when all are in. */
static bool come_in(int first, int last, int at_once) {
    int64_t give_up = now_us() + (int64_t)(ask.patience * 1e6);
    int begun = first, before = in_count + refused;
    while (in_count + refused - before < last - first && now_us() < give_up) {
        while (begun < last && begun - first - (in_count + refused - before) < at_once)
            begin_connection(&conns[begun++]);
        turn(now_us() + 10000);
    }
    if (in_count + refused - before < last - first) {
        complain("%d of %d came in within %.0f s", in_count - before, last - first, ask.patience);
        return false;
    }
    return refused == 0;
}

static void settle(double quiet, double most) {
    int64_t give_up = now_us() + (int64_t)(most * 1e6);
    last_bytes = now_us();
    while (now_us() < give_up && now_us() - last_bytes < (int64_t)(quiet * 1e6))
        turn(now_us() + 10000);
}

/* Setting up */

static enum proto proto_of(int id) {
    if (!strcmp(ask.proto, "irc")) return IRC;
    if (!strcmp(ask.proto, "json")) return JSON;
    if (!strcmp(ask.proto, "mix")) return id % 2 ? JSON : LINE;
    if (!strcmp(ask.proto, "mix3")) return (enum proto)(id % 3);
    return LINE;
}

static void set_up_room(int number_of, int first) {
    room *r = &rooms[number_of];
    int dead = ask.stopped + ask.slow;
    *r = (room){first, ask.members, ask.members - dead, ask.talkers, ask.checkers, 0};
    for (int i = 0; i < ask.members; i++) {
        conn *c = &conns[first + i];
        c->room = number_of;
        c->dead = i >= r->healthy;
        c->talker = i < ask.talkers && !c->dead;
        c->checker = i >= r->healthy - ask.checkers && !c->dead;
        if (c->checker) c->next = grab((size_t)ask.members, sizeof *c->next);
    }
}

/* Talkers are listed by their place in the room, so that neighbours are in different rooms. */
static void set_up(void) {
    int seated = ask.rooms * ask.members;
    count = seated + ask.idle;
    conns = grab((size_t)count, sizeof *conns);
    dirty = grab((size_t)count, sizeof *dirty);
    talkers = grab((size_t)count, sizeof *talkers);
    free_talkers = grab((size_t)count, sizeof *free_talkers);
    rooms = grab((size_t)ask.rooms, sizeof *rooms);
    for (int i = 0; i < count; i++) {
        conns[i].id = i;
        conns[i].room = -1;
        conns[i].proto = proto_of(i);
    }
    for (int r = 0; r < ask.rooms; r++) set_up_room(r, r * ask.members);
    for (int place = 0; place < ask.members; place++)
        for (int r = 0; r < ask.rooms; r++)
            if (conns[r * ask.members + place].talker)
                talkers[talker_count++] = &conns[r * ask.members + place];
}

/* Talking */

static int64_t first_due;
static uint64_t dues;

static void start_open(void) {
    first_due = now_us() + 1000;
    dues = 0;
}

static int64_t due_at(uint64_t line) { return first_due + (int64_t)((double)line * 1e6 / ask.rate); }

/* Open loop: say what is due by now, whatever has become of earlier lines. */
static void say_due(void) {
    int64_t now = now_us();
    for (int64_t due; (due = due_at(dues)) <= now; dues++) {
        conn *c = talkers[dues % (uint64_t)talker_count];
        if (c->state == IN) say(c, due);
    }
    flush_all();
}

static bool overloaded(void) {
    return (double)(said_total - acked_total) > ask.rate * 1.0 + 100;
}

static void read_slowly(void) {
    static int64_t next;
    char some[256];
    if (now_us() < next) return;
    next = now_us() + 250000;
    for (int i = 0; i < count; i++)
        if (conns[i].dead && i % ask.members >= ask.members - ask.slow)
            (void)!recv(conns[i].fd, some, sizeof some, MSG_DONTWAIT);
}

static void stop_reading(void) {
    for (int i = 0; i < count; i++)
        if (conns[i].dead && conns[i].state == IN) watch(&conns[i], 0, EPOLL_CTL_DEL);
}

/* Talk until a moment; false when the server falls too far behind. */
static bool talk(bool open, int64_t until, bool bounded) {
    while (now_us() < until) {
        int64_t next = until;
        if (open) {
            say_due();
            if (due_at(dues) < next) next = due_at(dues);
        } else {
            refill();
            flush_all();
        }
        if (ask.slow) {
            read_slowly();
            if (next > now_us() + 50000) next = now_us() + 50000;
        }
        turn(next);
        if (bounded && overloaded()) return false;
    }
    return true;
}

static uint64_t expected(const conn *c) {
    return rooms[c->room].said - (c->proto == JSON ? 0 : c->said);
}

static bool all_heard(void) {
    for (int i = 0; i < ask.rooms * ask.members; i++)
        if (!conns[i].dead && conns[i].state == IN && conns[i].counted < expected(&conns[i]))
            return false;
    return true;
}

static void drain(double most) {
    int64_t give_up = now_us() + (int64_t)(most * 1e6), checked = 0;
    last_bytes = now_us();
    while (now_us() < give_up && now_us() - last_bytes < 5000000) {
        if (ask.slow) read_slowly();
        turn(now_us() + 5000);
        if (now_us() - checked < 20000) continue;
        checked = now_us();
        if (all_heard()) break;
    }
}

/* Results */

static void tell(const char *name, double value) {
    static bool begun;
    printf("%s\"%s\": %.6g, ", begun ? "" : "{", name, value);
    begun = true;
}

/* The first line of the output: whoever wants to watch the server at work can begin now. */
static void say_ready(void) {
    puts("ready");
    fflush(stdout);
}

static int count_dropped(void) {
    int dropped = 0;
    for (int i = 0; i < count; i++) {
        struct pollfd look = {conns[i].fd, POLLRDHUP, 0};
        if (conns[i].dead && poll(&look, 1, 0) > 0) dropped++;
    }
    return dropped;
}

static void tell_counts(void) {
    uint64_t lost = 0, doubled = 0;
    for (int i = 0; i < ask.rooms * ask.members; i++) {
        if (conns[i].dead || conns[i].state == UNUSED) continue;
        uint64_t want = expected(&conns[i]), have = conns[i].counted;
        if (have < want) lost += want - have;
        else doubled += have - want;
    }
    tell("said", (double)said_total);
    tell("lost", (double)lost);
    tell("doubled", (double)doubled);
    tell("disordered", (double)(wrong_order + gaps));
    tell("refused", refused);
    tell("closed", lost_connections);
    tell("dropped", count_dropped());
}

static void tell_latencies(void) {
    tell("samples", (double)samples);
    tell("p50_ms", percentile(0.5));
    tell("p99_ms", percentile(0.99));
    tell("max_ms", (double)latency_max / 1e3);
}

static void tell_end(void) {
    tell("connect_seconds", connect_seconds);
    tell("settled_seconds", settled_seconds);
    tell("rss_before_kb", rss_before);
    tell("rss_in_kb", rss_in);
    tell("rss_end_kb", (double)server_memory("VmRSS:"));
    tell("rss_peak_kb", (double)server_memory("VmHWM:"));
    printf("\"error\": \"%s\"}\n", trouble);
}

/* Modes */

static void run_talk(bool open) {
    int64_t start = now_us(), from = start + (int64_t)(ask.warm * 1e6);
    talking = true;
    start_open();
    for (int i = 0; i < talker_count && !open; i++) fill(talkers[i], start);
    talk(open, from, false);
    double cpu = server_cpu(), own = own_cpu();
    uint64_t before = deliveries;
    window_from = from = now_us();
    window_to = from + (int64_t)(ask.seconds * 1e6);
    /* A server that is a second behind has shown that the rate is too much for it. */
    bool kept_up = talk(open, window_to, open);
    double took = (double)(now_us() - from) / 1e6;
    uint64_t heard = deliveries - before;
    cpu = server_cpu() - cpu;
    own = own_cpu() - own;
    drain(60);
    tell("overloaded", !kept_up);
    tell("deliveries_per_s", (double)heard / took);
    tell("cpu", cpu / took);
    tell("load_cpu", own / took);
    tell("us_per_delivery", heard ? cpu * 1e6 / (double)heard : 0);
    tell_latencies();
    tell_counts();
}

/* One rate: does the 99th percentile stay under the limit? */
static bool holds(double rate) {
    ask.rate = rate;
    forget_latencies();
    start_open();
    window_from = now_us() + (int64_t)(ask.warm * 1e6);
    window_to = window_from + (int64_t)(ask.seconds * 1e6);
    bool kept_up = talk(true, window_to, true);
    drain(30);
    return kept_up && samples && percentile(0.99) < ask.limit * 1e3 && !lost_connections;
}

static void run_search(void) {
    double good = 0, bad = 0, best_p99 = 0, rate = ask.rate;
    talking = true;
    for (int step = 0; step < 16 && !lost_connections; step++) {
        bool held = holds(rate);
        fprintf(stderr, "%.0f lines/s: p99 %.1f ms, %s\n", rate, percentile(0.99),
                held ? "held" : "not held");
        if (held) {
            good = rate;
            best_p99 = percentile(0.99);
        } else {
            bad = rate;
        }
        if (good && bad && bad / good < 1.06) break;
        rate = !bad ? good * 2 : !good ? bad / 2 : good + (bad - good) / 2;
    }
    tell("lines_per_s", good);
    tell("deliveries_per_s", good * (ask.members - 1));
    tell("p99_ms", best_p99);
    tell_counts();
}

/* Two bystanders in a room of their own talk while everybody else comes in. */
static void run_storm(void) {
    int begun = ask.members, before = in_count;
    int64_t start = now_us(), give_up = start + (int64_t)(ask.patience * 1e6), in_at = 0;
    double cpu = server_cpu();
    talking = true;
    start_open();
    window_from = start;
    last_bytes = start;
    while (now_us() < give_up) {
        while (begun < count && begun - ask.members - (in_count - before) - refused < ask.at_once)
            begin_connection(&conns[begun++]);
        say_due();
        turn(due_at(dues));
        if (in_count + refused - before < ask.idle) last_bytes = now_us();
        else if (!in_at) in_at = now_us();
        /* The two never fall silent, so quiet is when the backlog of others' arrivals is read. */
        if (in_at && now_us() - in_at > 500000 && said_total - acked_total < 20) break;
    }
    if (!in_at) complain("%d of %d came in", in_count - before, ask.idle);
    drain(20);
    tell("seconds", (double)((in_at ? in_at : now_us()) - start) / 1e6);
    tell("cpu_seconds", server_cpu() - cpu);
    tell_latencies();
    tell_counts();
}

#ifdef WITH_TLS
/* Full handshakes, each followed by an orderly goodbye. */
static void shake_on(conn *c, int64_t *done) {
    char some[4096];
    if (c->state == CONNECTING) {
        c->ssl = SSL_new(tls);
        SSL_set_fd(c->ssl, c->fd);
        c->state = SHAKING;
    }
    if (c->state == SHAKING) {
        int result = SSL_connect(c->ssl), why = SSL_get_error(c->ssl, result);
        if (result == 1) {
            c->state = IN;
            SSL_shutdown(c->ssl);
            shutdown(c->fd, SHUT_WR);
        } else if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
            refused++;
            c->state = GONE;
        }
        watch(c, EPOLLIN, EPOLL_CTL_MOD);
    }
    if (c->state == IN) {
        ssize_t size;
        while ((size = recv(c->fd, some, sizeof some, MSG_DONTWAIT)) > 0) {}
        if (size < 0 && errno == EAGAIN) return;
        (*done)++;
        c->state = GONE;
    }
    if (c->state == GONE) {
        SSL_free(c->ssl);
        c->ssl = NULL;
        close(c->fd);
        begin_connection(c);
    }
}

static void run_handshakes(void) {
    static struct epoll_event events[64];
    int64_t done = 0, before = 0, start = now_us(), from = start + (int64_t)(ask.warm * 1e6);
    double cpu = 0;
    for (int i = 0; i < count; i++) begin_connection(&conns[i]);
    int64_t end = from + (int64_t)(ask.seconds * 1e6);
    for (int64_t now; (now = now_us()) < end;) {
        if (!before && now >= from) {
            before = done ? done : 1;
            cpu = server_cpu();
            from = now;
        }
        int ready = epoll_wait(poller, events, 64, 100);
        for (int i = 0; i < ready; i++) shake_on(events[i].data.ptr, &done);
    }
    double took = (double)(now_us() - from) / 1e6;
    tell("handshakes_per_s", (double)(done - before) / took);
    tell("cpu", (server_cpu() - cpu) / took);
    tell("refused", refused);
}
#endif

/* Checking bytes from the standard input, as the one receiver in a room with 9 others. */
static void run_check(void) {
    conn *c = &conns[9];
    ssize_t size;
    talking = true;
    c->state = IN;
    c->tail = grab(1, TAIL);
    window_from = 0;
    while ((size = read(0, buffer + TAIL, 1 + (size_t)rand() % 200)) > 0)
        received(c, buffer + TAIL, (int)size);
    tell("counted", (double)c->counted);
    tell("gaps", (double)gaps);
    tell("backwards", (double)wrong_order);
    printf("\"samples\": %llu}\n", (unsigned long long)samples);
}

/* Arguments */

typedef struct {
    const char *name;
    char kind;
    void *value;
} argument;

static const argument arguments[] = {
    {"host", 's', ask.host}, {"mode", 's', ask.mode}, {"proto", 's', ask.proto},
    {"prefix", 's', ask.prefix}, {"port", 'i', &ask.port}, {"pid", 'i', &ask.pid},
    {"rooms", 'i', &ask.rooms}, {"members", 'i', &ask.members}, {"talkers", 'i', &ask.talkers},
    {"checkers", 'i', &ask.checkers}, {"window", 'i', &ask.window}, {"idle", 'i', &ask.idle},
    {"at_once", 'i', &ask.at_once}, {"stopped", 'i', &ask.stopped}, {"slow", 'i', &ask.slow},
    {"tls", 'i', &ask.tls}, {"idle_join", 'i', &ask.idle_join}, {"idle_rooms", 'i', &ask.idle_rooms}, {"rate", 'd', &ask.rate},
    {"warm", 'd', &ask.warm}, {"seconds", 'd', &ask.seconds}, {"limit", 'd', &ask.limit},
    {"patience", 'd', &ask.patience},
};

static void take_argument(char *given) {
    char *value = strchr(given, '=');
    if (!value) goto unknown;
    *value++ = 0;
    for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
        if (strcmp(arguments[i].name, given)) continue;
        if (arguments[i].kind == 'i') *(int *)arguments[i].value = atoi(value);
        else if (arguments[i].kind == 'd') *(double *)arguments[i].value = atof(value);
        else snprintf(arguments[i].value, 16, "%s", value);
        return;
    }
unknown:
    fprintf(stderr, "load: there is no argument %s\n", given);
    exit(2);
}

static void start_tls(void) {
#ifdef WITH_TLS
    tls = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_verify(tls, SSL_VERIFY_NONE, NULL);
#else
    complain("built without OpenSSL");
#endif
}

static bool is(const char *mode) { return !strcmp(ask.mode, mode); }

static void run(void) {
    int64_t start = now_us();
    rss_before = (double)server_memory("VmRSS:");
#ifdef WITH_TLS
    if (is("handshakes")) {
        say_ready();
        run_handshakes();
        tell_end();
        return;
    }
#endif
    int first_batch = is("storm") ? ask.rooms * ask.members : count;
    bool in = come_in(0, first_batch, ask.at_once);
    connect_seconds = (double)(now_us() - start) / 1e6;
    /* Ours tells a room once a second who has come: that belongs to arriving, not to the talk. */
    settle(1.2, 60);
    settled_seconds = (double)(now_us() - start) / 1e6;
    rss_in = (double)server_memory("VmRSS:");
    stop_reading();
    say_ready();
    if (!in) {
        complain("%d connections were refused", refused);
        tell_counts();
    } else if (is("storm")) {
        run_storm();
    } else if (is("search")) {
        run_search();
    } else {
        run_talk(is("open"));
    }
    tell_end();
}

int main(int given, char **words) {
    for (int i = 1; i < given; i++) take_argument(words[i]);
    struct rlimit files = {1 << 16, 1 << 16};
    if (setrlimit(RLIMIT_NOFILE, &files)) {
        getrlimit(RLIMIT_NOFILE, &files);
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    poller = epoll_create1(EPOLL_CLOEXEC);
    if (ask.tls) start_tls();
    set_up();
    if (is("check")) run_check();
    else run();
    return 0;
}
