/*
 * The floor: a bare epoll loop that does nothing but pass lines on, as a chat server would have to.
 *
 *     floor PORT
 *
 * It speaks like the line door: the first line is a nick, "/join ROOM" enters a room, every other
 * line is said in it. A turn reads all sockets until nothing has come for 50 us; its lines are
 * gathered per room; everybody who did not speak in that turn is sent the same bytes, a speaker those
 * of the others. No names, no limits, no history. Without the 50 us it would pass on the first line of
 * many that are on their way, and a slower server that meets them all would need fewer sends.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_SIZE 65536
#define OUTBOX 262144 /* bytes that may wait for a reader before it is dropped */
#define LINE_SIZE 512
#define MAX_EVENTS 1024
#define SILENCE 50000 /* nanoseconds without a byte that end the reading of a turn */
#define ROUNDS 64     /* of reading in one turn: whoever listens has to hear in the end */
#define ROOMS 4096

typedef struct conn conn;
typedef struct {
    conn *by;
    size_t end; /* where the line ends in the room's bytes */
} piece;

typedef struct {
    char name[32];
    conn **members;
    int count, room_for;
    char *bytes;
    size_t size, room_for_bytes;
    piece *pieces;
    int said, room_for_pieces;
    bool listed;
} room;

struct conn {
    int fd, place, nick_size, rest_size;
    unsigned spoke; /* the turn of the last line */
    room *in;
    char nick[32], rest[LINE_SIZE];
    char *out;
    size_t out_size;
    bool dead, listed;
};

static int poller;
static unsigned turn_number;
static room rooms[ROOMS], *active[ROOMS];
static conn *doomed[1 << 16];
static int room_count, active_count, doomed_count;
static char buffer[READ_SIZE], *scratch;
static size_t scratch_size;

static void *grow(void *old, size_t size) {
    void *made = realloc(old, size);
    if (!made) exit(1);
    return made;
}

static void doom(conn *c) {
    if (!c->listed) doomed[doomed_count++] = c;
    c->dead = c->listed = true;
}

static void watch(conn *c, uint32_t events, int operation) {
    struct epoll_event event = {.events = events, .data.ptr = c};
    epoll_ctl(poller, operation, c->fd, &event);
}

static void keep(conn *c, const char *data, size_t size) {
    if (c->out_size + size > OUTBOX) {
        doom(c);
        return;
    }
    if (!c->out) c->out = grow(NULL, OUTBOX);
    if (!c->out_size) watch(c, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
    memcpy(c->out + c->out_size, data, size);
    c->out_size += size;
}

static void hand(conn *c, const char *data, size_t size) {
    if (c->dead || !size) return;
    if (c->out_size) {
        keep(c, data, size);
        return;
    }
    ssize_t sent = send(c->fd, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) doom(c);
    else if ((size_t)(sent < 0 ? 0 : sent) < size) {
        if (sent < 0) sent = 0;
        keep(c, data + sent, size - (size_t)sent);
    }
}

static void hand_rest(conn *c) {
    ssize_t sent = send(c->fd, c->out, c->out_size, MSG_NOSIGNAL);
    if (sent <= 0) return;
    c->out_size -= (size_t)sent;
    memmove(c->out, c->out + sent, c->out_size);
    if (c->out_size) return;
    free(c->out);
    c->out = NULL;
    watch(c, EPOLLIN, EPOLL_CTL_MOD);
}

static void leave(conn *c) {
    room *r = c->in;
    if (!r) return;
    r->members[c->place] = r->members[--r->count];
    r->members[c->place]->place = c->place;
    c->in = NULL;
}

static room *room_named(const char *name, size_t size) {
    if (size > 31) size = 31;
    for (int i = 0; i < room_count; i++)
        if (!strncmp(rooms[i].name, name, size) && !rooms[i].name[size]) return &rooms[i];
    if (room_count == ROOMS) return &rooms[0];
    memcpy(rooms[room_count].name, name, size);
    return &rooms[room_count++];
}

static void join(conn *c, const char *name, size_t size) {
    char answer[96];
    leave(c);
    room *r = room_named(name, size);
    if (r->count == r->room_for) {
        r->room_for = r->room_for * 2 + 16;
        r->members = grow(r->members, (size_t)r->room_for * sizeof *r->members);
    }
    c->in = r;
    c->place = r->count;
    r->members[r->count++] = c;
    int length = snprintf(answer, sizeof answer, "*** You are now talking in #%s.\n", r->name);
    hand(c, answer, (size_t)length);
}

static void make_room_for(room *r, size_t more) {
    if (r->size + more > r->room_for_bytes) {
        r->room_for_bytes = (r->size + more) * 2;
        r->bytes = grow(r->bytes, r->room_for_bytes);
    }
    if (r->said == r->room_for_pieces) {
        r->room_for_pieces = r->room_for_pieces * 2 + 64;
        r->pieces = grow(r->pieces, (size_t)r->room_for_pieces * sizeof *r->pieces);
    }
}

static void say(conn *c, const char *text, size_t size) {
    room *r = c->in;
    if (!r) return;
    make_room_for(r, size + sizeof c->nick + 4);
    char *at = r->bytes + r->size;
    *at++ = '<';
    at = mempcpy(at, c->nick, (size_t)c->nick_size);
    at = mempcpy(at, "> ", 2);
    at = mempcpy(at, text, size);
    *at++ = '\n';
    r->size = (size_t)(at - r->bytes);
    r->pieces[r->said++] = (piece){c, r->size};
    c->spoke = turn_number;
    if (!r->listed) active[active_count++] = r;
    r->listed = true;
}

static void line(conn *c, const char *text, size_t size) {
    if (size && text[size - 1] == '\r') size--;
    if (!c->nick_size) {
        c->nick_size = size > 31 ? 31 : (int)size;
        memcpy(c->nick, text, (size_t)c->nick_size);
        hand(c, "*** Hello.\n", 11);
    } else if (size > 6 && !memcmp(text, "/join ", 6)) {
        join(c, text + 6, size - 6);
    } else if (size) {
        say(c, text, size);
    }
}

static void lines(conn *c, char *data, size_t size) {
    char *end, *stop = data + size;
    if (c->rest_size && (end = memchr(data, '\n', size))) {
        size_t more = (size_t)(end - data);
        if ((size_t)c->rest_size + more > LINE_SIZE) more = LINE_SIZE - (size_t)c->rest_size;
        memcpy(c->rest + c->rest_size, data, more);
        line(c, c->rest, (size_t)c->rest_size + more);
        c->rest_size = 0;
        data = end + 1;
    }
    while ((end = memchr(data, '\n', (size_t)(stop - data)))) {
        line(c, data, (size_t)(end - data));
        data = end + 1;
    }
    size_t left = (size_t)(stop - data);
    if ((size_t)c->rest_size + left > LINE_SIZE) left = LINE_SIZE - (size_t)c->rest_size;
    memcpy(c->rest + c->rest_size, data, left);
    c->rest_size += (int)left;
}

static void take(conn *c) {
    ssize_t size = recv(c->fd, buffer, READ_SIZE, 0);
    if (size > 0) lines(c, buffer, (size_t)size);
    else if (size == 0 || errno != EAGAIN) doom(c);
}

/* What a speaker hears: the room's bytes without the speaker's own. */
static size_t without(const room *r, const conn *c) {
    size_t start = 0, size = 0;
    for (int i = 0; i < r->said; start = r->pieces[i++].end) {
        if (r->pieces[i].by == c) continue;
        memcpy(scratch + size, r->bytes + start, r->pieces[i].end - start);
        size += r->pieces[i].end - start;
    }
    return size;
}

static void flush(room *r) {
    if (r->size > scratch_size) scratch = grow(scratch, scratch_size = r->size * 2);
    for (int i = 0; i < r->count; i++) {
        conn *c = r->members[i];
        if (c->spoke == turn_number) hand(c, scratch, without(r, c));
        else hand(c, r->bytes, r->size);
    }
    r->size = 0;
    r->said = 0;
    r->listed = false;
}

static void bury(void) {
    for (int i = 0; i < doomed_count; i++) {
        leave(doomed[i]);
        close(doomed[i]->fd);
        free(doomed[i]->out);
        free(doomed[i]);
    }
    doomed_count = 0;
}

static void admit(int listener) {
    int fd, one = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        conn *c = calloc(1, sizeof *c);
        if (!c) exit(1);
        c->fd = fd;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        watch(c, EPOLLIN, EPOLL_CTL_ADD);
    }
}

static int start_listening(int port) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 4096)) {
        perror("floor: the port cannot be opened");
        exit(1);
    }
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    return listener;
}

/* Read what can be read now; says whether there was anything. */
static bool gather(int listener, const struct timespec *patience) {
    static struct epoll_event events[MAX_EVENTS];
    bool read = false;
    int ready = epoll_pwait2(poller, events, MAX_EVENTS, patience, NULL);
    for (int i = 0; i < ready; i++) {
        conn *c = events[i].data.ptr;
        if (!c) admit(listener);
        else if (!c->dead && events[i].events & EPOLLOUT) hand_rest(c);
        if (!c || c->dead || !(events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) continue;
        take(c);
        read = true;
    }
    return read;
}

static void turn(int listener) {
    static const struct timespec silence = {0, SILENCE};
    turn_number++;
    bool more = gather(listener, NULL);
    for (int round = 1; more && round < ROUNDS; round++) more = gather(listener, &silence);
    for (int i = 0; i < active_count; i++) flush(active[i]);
    active_count = 0;
    bury();
}

int main(int given, char **words) {
    struct rlimit files = {1 << 16, 1 << 16};
    setrlimit(RLIMIT_NOFILE, &files);
    poller = epoll_create1(EPOLL_CLOEXEC);
    int listener = start_listening(given > 1 ? atoi(words[1]) : 5000);
    for (;;) turn(listener);
}
