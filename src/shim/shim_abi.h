/* What packetdrill asks of a stack in a shared object (--so_filename): one pointer and thirty-two
 * functions, in this order. Each is called with `userdata` first, fails with -1 and errno, and is
 * otherwise as POSIX has it.
 *
 * The tool enters from two threads: its own, and one that alone makes the calls that may block. */

#ifndef SHIM_SHIM_ABI_H
#define SHIM_SHIM_ABI_H

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>

typedef struct ShimInterface {
    void *userdata;
    void (*free)(void *userdata);
    int (*socket)(void *userdata, int domain, int type, int protocol);
    int (*bind)(void *userdata, int fd, const struct sockaddr *addr, socklen_t addr_len);
    int (*listen)(void *userdata, int fd, int backlog);
    int (*accept)(void *userdata, int fd, struct sockaddr *addr, socklen_t *addr_len);
    int (*connect)(void *userdata, int fd, const struct sockaddr *addr, socklen_t addr_len);
    ssize_t (*read)(void *userdata, int fd, void *buf, size_t len);
    ssize_t (*readv)(void *userdata, int fd, const struct iovec *iov, int count);
    ssize_t (*recv)(void *userdata, int fd, void *buf, size_t len, int flags);
    ssize_t (*recvfrom)(void *userdata, int fd, void *buf, size_t len, int flags,
                        struct sockaddr *addr, socklen_t *addr_len);
    ssize_t (*recvmsg)(void *userdata, int fd, struct msghdr *msg, int flags);
    ssize_t (*write)(void *userdata, int fd, const void *buf, size_t len);
    ssize_t (*writev)(void *userdata, int fd, const struct iovec *iov, int count);
    ssize_t (*send)(void *userdata, int fd, const void *buf, size_t len, int flags);
    ssize_t (*sendto)(void *userdata, int fd, const void *buf, size_t len, int flags,
                      const struct sockaddr *addr, socklen_t addr_len);
    ssize_t (*sendmsg)(void *userdata, int fd, const struct msghdr *msg, int flags);
    int (*fcntl)(void *userdata, int fd, int command, ...);
    int (*ioctl)(void *userdata, int fd, unsigned long request, ...);
    int (*close)(void *userdata, int fd);
    int (*shutdown)(void *userdata, int fd, int how);
    int (*getsockopt)(void *userdata, int fd, int level, int name, void *value, socklen_t *len);
    int (*setsockopt)(void *userdata, int fd, int level, int name, const void *value,
                      socklen_t len);
    int (*poll)(void *userdata, struct pollfd *fds, nfds_t count, int timeout_ms);
    /* A datagram, from its IP header on, arrives now. */
    int (*netdev_send)(void *userdata, const void *bytes, size_t len);
    /* Waits for the next datagram that leaves: *len is the room, then its length; 0: none ever
     * will. */
    int (*netdev_receive)(void *userdata, void *bytes, size_t *len, long long *at_us);
    int (*usleep)(void *userdata, useconds_t us);
    int (*gettimeofday)(void *userdata, struct timeval *now, struct timezone *zone);
    int (*epoll_create)(void *userdata, int size);
    int (*epoll_ctl)(void *userdata, int epoll_fd, int op, int fd, struct epoll_event *event);
    int (*epoll_wait)(void *userdata, int epoll_fd, struct epoll_event *events, int most,
                      int timeout_ms);
    int (*pipe)(void *userdata, int fds[2]);
    int (*splice)(void *userdata, int from_fd, loff_t *from_at, int to_fd, loff_t *to_at,
                  size_t len, unsigned flags);
} ShimInterface;

/* flags: the text of --so_flags, or NULL; see shim_flags.h. Fills in every member. */
void packetdrill_interface_init(const char *flags, ShimInterface *out_interface);

#endif
