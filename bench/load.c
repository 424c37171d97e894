/*
 * The load: many chat clients in one thread, cheap enough to measure servers written in C.
 *
 *     load key=value ...        runs one workload; prints "ready" and one JSON object, a line each
 *     load mode=check < bytes   counts what a receiver would find in these bytes
 *
 * Every text is 64 bytes: ^SSSSS.QQQQQQQQ.TTTTTTTTTTTTTTTT and padding, where S is the sender, Q
 * the number of the line and T when it was due, in microseconds. Every receiver counts texts and adds
 * up a hash of each, so that one lost and another doubled do not cancel. Checkers and auditors read
 * every text to its last byte and want each sender's in order; checkers also note the latency and
 * tell the senders of the closed loop that a line has arrived. At the end every receiver must have
 * exactly the texts that were said to it.
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
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef WITH_TLS
#include <openssl/ssl.h>
#endif

#define TEXT 64           /* bytes of a text */
#define STAMP 32          /* bytes of it that differ: ^SSSSS.QQQQQQQQ.TTTTTTTTTTTTTTTT */
#define TAIL 256          /* bytes kept to find a word that two reads share */
#define READ_SIZE 262144  /* bytes of one read */
#define MAX_WINDOW 64     /* lines that may be under way in the closed loop */
#define BUCKETS 4096      /* of the latency histogram: 64 per power of two */
#define MAX_EVENTS 64     /* of one turn: clients that answer at once, not all together */
#define SEGMENT 1460      /* bytes in a packet of readers that are dead, as on Ethernet */
#define FILL_LINES 1000   /* said in each room before what is measured, if that is wanted */

enum proto { LINE, JSON, IRC };
enum state { UNUSED, CONNECTING, SHAKING, NAMING, JOINING, IN, GONE };

typedef struct {
    int fd, id, room;
    enum proto proto;
    enum state state;
    bool checker, auditor, talker, dead, dirty, writing, free;
    uint64_t counted, heard;     /* texts since the talk began, and their hashes */
    uint64_t eaten;              /* bytes since the talk began */
    uint32_t said;               /* lines said */
    uint64_t told;               /* their hashes */
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
    uint64_t said, told;
} room;

/* What is asked for; see bench/load.py. */
static struct {
    char host[64], mode[16], proto[16], prefix[32];
    int port, pid, rooms, members, talkers, checkers, auditors, window, idle, at_once, tls;
    int stopped, slow, fill, until_dropped, idle_join, idle_rooms;
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
static uint64_t deliveries, samples, wrong_order, gaps, altered, said_total, acked_total;
static const char padding[] = "the quick brown fox jumps over it";
static uint32_t histogram[BUCKETS];
static int64_t window_from = INT64_MAX, window_to = INT64_MAX, last_bytes, latency_max;
static int64_t last_told; /* when somebody outside the talking rooms last heard something */
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

/* Seconds in which the first thread of a process ran, and in which it waited for its core. */
static double schedule(int pid, bool waited) {
    char path[64];
    unsigned long long ran = 0, waiting = 0;
    snprintf(path, sizeof path, "/proc/%d/schedstat", pid);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    if (fscanf(file, "%llu %llu", &ran, &waiting) != 2) ran = waiting = 0;
    fclose(file);
    return (double)(waited ? waiting : ran) / 1e9;
}

static double own_cpu(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* What a stretch of time cost */

static struct {
    int64_t at;
    double cpu, own, own_waited, ran, waited;
} since;

static void begin_accounts(void) {
    since.at = now_us();
    since.cpu = server_cpu();
    since.own = own_cpu();
    since.own_waited = schedule(getpid(), true);
    since.ran = schedule(ask.pid, false);
    since.waited = schedule(ask.pid, true);
}

static struct {
    double took, cpu, own, disturbed;
} spent;

/* Disturbed is the greater share of the time in which the load, or the server's first thread,
 * waited for its core because of others. The server's own threads are not others. */
static void end_accounts(void) {
    spent.took = (double)(now_us() - since.at) / 1e6;
    spent.cpu = server_cpu() - since.cpu;
    spent.own = own_cpu() - since.own;
    double mine = schedule(getpid(), true) - since.own_waited;
    double other_threads = spent.cpu - (schedule(ask.pid, false) - since.ran);
    double theirs = schedule(ask.pid, true) - since.waited;
    if (other_threads > 0) theirs -= other_threads;
    spent.disturbed = (mine > theirs ? mine : theirs) / spent.took;
    if (spent.disturbed < 0) spent.disturbed = 0;
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
    if (sender < 0 || sender >= count || conns[sender].room != c->room ||
        memcmp(text + STAMP, padding, TEXT - STAMP)) {
        altered++;
        return;
    }
    uint32_t *next = &c->next[sender - rooms[c->room].first];
    if (line > *next) gaps++;
    if (line < *next) wrong_order++;
    *next = line + 1;
    if (!c->checker) return;
    sample(number(text + 16, 16), now);
    acknowledge(&conns[sender], line);
}

static uint64_t eight(const char *at) {
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

/* Of the sender, the number and the time. */
static uint64_t hash(const char *text) {
    uint64_t mixed = eight(text + 1) * 0x9e3779b97f4a7c15 + eight(text + 7) * 0xc2b2ae3d27d4eb4f +
                     eight(text + 16) * 0x165667b19e3779f9 + eight(text + 24) * 0x27d4eb2f165667c5;
    return (mixed ^ mixed >> 29) * 0xff51afd7ed558ccd;
}

/* Every text in these bytes, the first of which were kept from the last read. */
static void hear(conn *c, const char *data, int size, int64_t now) {
    const char *at = data, *end = data + size, *found;
    uint64_t before = c->counted;
    bool reads = c->checker || c->auditor;
    while ((found = memchr(at, '^', (size_t)(end - at))) && end - found >= TEXT) {
        c->counted++;
        c->heard += hash(found);
        if (reads) check_text(c, found, now);
        at = found + TEXT;
    }
    deliveries += c->counted - before;
    c->tail_size = found ? (int)(end - found) : 0;
    if (found) memcpy(c->tail, found, (size_t)c->tail_size);
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
    uint64_t mixed = hash(text);
    c->said++;
    c->told += mixed;
    said_total++;
    rooms[c->room].said++;
    rooms[c->room].told += mixed;
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
    if (c->room < 0) last_told = last_bytes;
    if (size < 128) answer_ping(c, data, size);
    data -= c->tail_size;
    memcpy(data, c->tail, (size_t)c->tail_size);
    if (c->state != IN) {
        log_in(c, data, size + c->tail_size);
    } else if (talking) {
        c->eaten += (uint64_t)size;
        hear(c, data, size + c->tail_size, last_bytes);
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
    int one = 1, small = 4096, segment = SEGMENT;
    inet_pton(AF_INET, ask.host, &to.sin_addr);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) die("socket");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    /* Closing leaves nothing in TIME_WAIT, so that run can follow run. */
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    if (c->dead) {
        /* With loopback's packets of 64 kB the server's kernel would take megabytes for somebody
         * who does not read; with these it takes what it takes for a reader on a real network. */
        setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        setsockopt(c->fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    }
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
    *r = (room){first, ask.members, ask.members - dead, ask.talkers, ask.checkers, 0, 0};
    for (int i = 0; i < ask.members; i++) {
        conn *c = &conns[first + i];
        c->room = number_of;
        c->dead = i >= r->healthy;
        c->talker = i < ask.talkers && !c->dead;
        c->checker = i >= r->healthy - ask.checkers && !c->dead;
        c->auditor = i < ask.auditors && !c->dead;
        if (c->checker || c->auditor) c->next = grab((size_t)ask.members, sizeof *c->next);
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
    for (int i = 0; i < count; i++) {
        conn *c = &conns[i];
        if (!c->dead || i % ask.members < ask.members - ask.slow) continue;
        ssize_t size = recv(c->fd, some, sizeof some, MSG_DONTWAIT);
        if (size > 0 && talking) c->eaten += (uint64_t)size;
    }
}

static void stop_reading(void) {
    for (int i = 0; i < count; i++)
        if (conns[i].dead && conns[i].state == IN) watch(&conns[i], 0, EPOLL_CTL_DEL);
}

static bool ended(const conn *c) {
    struct pollfd look = {c->fd, POLLRDHUP, 0};
    return poll(&look, 1, 0) > 0 && look.revents & (POLLRDHUP | POLLHUP | POLLERR);
}

static int count_dropped(void) {
    int dropped = 0;
    for (int i = 0; i < count; i++) dropped += conns[i].dead && ended(&conns[i]);
    return dropped;
}

/* What waits for the dead */

/* Bytes in the server's socket for each of our ports, as the kernel tells it. */
static void read_queues(uint32_t *queues) {
    unsigned from, to, waiting;
    char line[256];
    FILE *file = fopen("/proc/net/tcp", "r");
    if (!file) return;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, " %*d: %*8x:%x %*8x:%x %*x %x:", &from, &to, &waiting) == 3 &&
            from == (unsigned)ask.port && to < 65536)
            queues[to] = waiting;
    fclose(file);
}

static double in_kernel(const conn *c, const uint32_t *queues) {
    struct sockaddr_in at;
    socklen_t size = sizeof at;
    int unread = 0;
    ioctl(c->fd, FIONREAD, &unread);
    if (getsockname(c->fd, (struct sockaddr *)&at, &size)) return 0;
    return (double)unread + queues[ntohs(at.sin_port)];
}

/* What was said to somebody in a room who says nothing: at least what the checkers have heard. */
static double told_in(const room *r) {
    double heard = 0, bytes = 0, lines = 0;
    for (int i = r->first; i < r->first + r->healthy; i++) {
        heard += (double)conns[i].counted;
        bytes += (double)conns[i].eaten;
        lines += conns[i].acked;
    }
    return heard > 0 ? bytes / heard * lines : 0;
}

/* The least that waits in the server itself for a reader who is dead: what was said, less what the
 * reader has read and what lies in the two kernels' buffers. 0 if one of them was dropped. */
static double least_waiting(void) {
    static uint32_t queues[65536];
    double least = 1e18;
    memset(queues, 0, sizeof queues);
    read_queues(queues);
    for (int i = 0; i < ask.rooms * ask.members; i++) {
        const conn *c = &conns[i];
        if (!c->dead) continue;
        double waits = told_in(&rooms[c->room]) - (double)c->eaten - in_kernel(c, queues);
        if (ended(c) || waits < 0) waits = 0;
        if (waits < least) least = waits;
    }
    return least < 1e18 ? least : 0;
}

static bool dead_are_dropped(void) {
    static int64_t looked;
    int dead = ask.rooms * (ask.stopped + ask.slow);
    if (!ask.until_dropped || !dead || now_us() - looked < 100000) return false;
    looked = now_us();
    return count_dropped() == dead;
}

/* Talk until a moment, or until all who are dead were dropped if that ends it; false when the
 * server falls too far behind. */
static bool talk(bool open, int64_t until, bool bounded) {
    while (now_us() < until && !dead_are_dropped()) {
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

static bool full(void) {
    bool dead = ask.stopped + ask.slow > 0;
    return said_total >= (uint64_t)(FILL_LINES * ask.rooms) &&
           (!dead || least_waiting() >= ask.fill * 1024.0);
}

/* Before what is measured: talk until so much waits for each of the dead. */
static void fill_outboxes(void) {
    int64_t give_up = now_us() + 30000000;
    int until_dropped = ask.until_dropped;
    ask.until_dropped = 0;
    for (int i = 0; i < talker_count; i++) fill(talkers[i], now_us());
    while (!full() && now_us() < give_up) talk(false, now_us() + 20000, false);
    ask.until_dropped = until_dropped;
}

static uint64_t expected(const conn *c) {
    return rooms[c->room].said - (c->proto == JSON ? 0 : c->said);
}

static uint64_t expected_hash(const conn *c) {
    return rooms[c->room].told - (c->proto == JSON ? 0 : c->told);
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

static void tell_counts(void) {
    uint64_t lost = 0, doubled = 0;
    for (int i = 0; i < ask.rooms * ask.members; i++) {
        if (conns[i].dead || conns[i].state == UNUSED) continue;
        uint64_t want = expected(&conns[i]), have = conns[i].counted;
        if (have < want) lost += want - have;
        else doubled += have - want;
        /* The right number of texts, but not the right ones. */
        altered += have == want && conns[i].heard != expected_hash(&conns[i]);
    }
    tell("said", (double)said_total);
    tell("lost", (double)lost);
    tell("doubled", (double)doubled);
    tell("disordered", (double)(wrong_order + gaps));
    tell("altered", (double)altered);
    tell("refused", refused);
    tell("closed", lost_connections);
    tell("dropped", count_dropped());
}

static void tell_accounts(double load, double disturbed) {
    tell("load_cpu", load);
    tell("disturbed", disturbed);
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
    talking = true;
    if (ask.fill) fill_outboxes();
    int64_t start = now_us(), from = start + (int64_t)(ask.warm * 1e6);
    if (open) drain(30);
    start_open();
    for (int i = 0; i < talker_count && !open; i++) fill(talkers[i], start);
    /* What waits is said before anybody is dropped, so it counts from before the warming up. */
    double waiting = ask.stopped + ask.slow ? least_waiting() : 0;
    if (!ask.until_dropped) talk(open, from, false);
    begin_accounts();
    uint64_t before = deliveries, lines = acked_total;
    window_from = from = now_us();
    window_to = from + (int64_t)(ask.seconds * 1e6);
    /* A server that is a second behind has shown that the rate is too much for it. */
    bool kept_up = talk(open, window_to, open);
    int64_t to = now_us();
    if (to < window_to) window_to = to;
    end_accounts();
    uint64_t heard = deliveries - before;
    lines = acked_total - lines;
    double still = ask.until_dropped ? waiting : least_waiting();
    drain(60);
    tell("overloaded", !kept_up);
    tell("took_seconds", spent.took);
    tell("deliveries_per_s", (double)heard / spent.took);
    tell("lines_per_s", (double)lines / spent.took);
    tell("cpu", spent.cpu / spent.took);
    tell_accounts(spent.own / spent.took, spent.disturbed);
    tell("us_per_delivery", heard ? spent.cpu * 1e6 / (double)heard : 0);
    if (ask.stopped + ask.slow) tell("waiting_kb", (waiting < still ? waiting : still) / 1024);
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
    begin_accounts();
    bool kept_up = talk(true, window_to, true);
    end_accounts();
    drain(30);
    return kept_up && samples && percentile(0.99) < ask.limit * 1e3 && !lost_connections;
}

static void run_search(void) {
    double good = 0, bad = 0, best_p99 = 0, rate = ask.rate, load, most_load = 0, most = 0;
    talking = true;
    for (int step = 0; step < 16 && !lost_connections; step++) {
        bool held = holds(rate);
        load = spent.own / spent.took;
        if (spent.disturbed > most) most = spent.disturbed;
        fprintf(stderr, "%.0f lines/s: p99 %.1f ms, load at %.0f %%, %s\n", rate,
                percentile(0.99), load * 100, held ? "held" : "not held");
        if (load > most_load) most_load = load;
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
    tell_accounts(most_load, most);
    tell_counts();
}

/* Two bystanders in a room of their own talk while everybody else comes in. */
static void run_storm(void) {
    int begun = ask.members, before = in_count;
    int64_t start = now_us(), give_up = start + (int64_t)(ask.patience * 1e6), in_at = 0;
    double cpu = server_cpu();
    begin_accounts();
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
        else if (!in_at) {
            in_at = now_us();
            end_accounts();
        }
        /* The two never fall silent: it is quiet when those who came hear no more of each other. */
        if (in_at && now_us() - in_at > 500000 && now_us() - last_told > 1200000 &&
            said_total - acked_total < 20)
            break;
    }
    if (!in_at) complain("%d of %d came in", in_count - before, ask.idle);
    drain(20);
    tell("told_seconds", (double)(last_told - start) / 1e6);
    tell_accounts(spent.own / spent.took, spent.disturbed);
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
    for (int i = 0; i < count; i++) begin_connection(&conns[i]);
    int64_t end = from + (int64_t)(ask.seconds * 1e6);
    for (int64_t now; (now = now_us()) < end;) {
        if (!before && now >= from) {
            before = done ? done : 1;
            begin_accounts();
        }
        int ready = epoll_wait(poller, events, 64, 100);
        for (int i = 0; i < ready; i++) shake_on(events[i].data.ptr, &done);
    }
    end_accounts();
    tell("handshakes_per_s", (double)(done - before) / spent.took);
    tell("cpu", spent.cpu / spent.took);
    tell_accounts(spent.own / spent.took, spent.disturbed);
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
    tell("altered", (double)altered);
    printf("\"heard\": \"%016llx\", ", (unsigned long long)c->heard);
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
    {"checkers", 'i', &ask.checkers}, {"auditors", 'i', &ask.auditors},
    {"window", 'i', &ask.window}, {"idle", 'i', &ask.idle},
    {"at_once", 'i', &ask.at_once}, {"stopped", 'i', &ask.stopped}, {"slow", 'i', &ask.slow},
    {"fill", 'i', &ask.fill}, {"until_dropped", 'i', &ask.until_dropped}, {"tls", 'i', &ask.tls},
    {"idle_join", 'i', &ask.idle_join}, {"idle_rooms", 'i', &ask.idle_rooms},
    {"rate", 'd', &ask.rate}, {"warm", 'd', &ask.warm}, {"seconds", 'd', &ask.seconds},
    {"limit", 'd', &ask.limit},
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
