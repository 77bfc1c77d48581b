/* What a process does to the files below one folder, one record after the other, for power_loss.py; and, for tests of
 * single steps, a kill or an error at exactly one of them. Loaded with LD_PRELOAD; built by file_trace.py.
 *
 * SPANLOG_TRACE_ROOT   the folder, absolute and without links
 * SPANLOG_TRACE_LOG    the file the records go to, outside of that folder
 * SPANLOG_TRACE_STRIKE "operation:text:count:what", such as "rename:/tmp_insert_:3:kill": at the third rename of a path
 *                      that holds the text the process is killed before it happens; or what is an errno, which the
 *                      call then fails with, once.
 *
 * One lock around operation and record: the order of the records is the order of the operations.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static size_t root_length;
static int log_fd = -1;
static char strike_operation[32], strike_text[256];
static long strike_count;
static int strike_errno;

#define REAL(type, name, ...) \
    static type (*real_##name)(__VA_ARGS__); \
    if (!real_##name) real_##name = dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void)
{
    const char *folder = getenv("SPANLOG_TRACE_ROOT"), *log = getenv("SPANLOG_TRACE_LOG");
    const char *strike = getenv("SPANLOG_TRACE_STRIKE");
    if (!folder) return;
    snprintf(root, sizeof root, "%s", folder);
    root_length = strlen(root);
    if (log) {
        REAL(int, open, const char *, int, ...);
        log_fd = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
    char what[32] = "";
    if (strike && sscanf(strike, "%31[^:]:%255[^:]:%ld:%31s", strike_operation, strike_text, &strike_count, what) == 4)
        strike_errno = strcmp(what, "kill") ? atoi(what) : 0;
}

/* The engine's library asks that its own libraries be searched first, which would pass this one by. */
void *dlopen(const char *name, int flags)
{
    REAL(void *, dlopen, const char *, int);
    return real_dlopen(name, flags & ~RTLD_DEEPBIND);
}

static int is_ours(const char *path)
{
    return root_length && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

/* The absolute path; 0 where it is none of ours. Links are not followed: there are none below the folder. */
static int path_at(int directory, const char *path, char *result)
{
    if (!root_length || !path) return 0;
    if (path[0] == '/') {
        snprintf(result, PATH_MAX, "%s", path);
    } else {
        char link[64], base[PATH_MAX];
        if (directory == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
        else snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
        ssize_t length = readlink(link, base, sizeof base - 1);
        if (length < 0) return 0;
        base[length] = 0;
        snprintf(result, PATH_MAX, "%.2000s/%.2000s", base, path);
    }
    return is_ours(result);
}

static int path_of(int fd, char *result)
{
    char link[64];
    if (!root_length || fd < 0 || fd == log_fd) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, result, PATH_MAX - 1);
    if (length < 0) return 0;
    result[length] = 0;
    return is_ours(result) && !strstr(result, " (deleted)");
}

static void put(const void *data, size_t length)
{
    REAL(ssize_t, write, int, const void *, size_t);
    while (length) {
        ssize_t written = real_write(log_fd, data, length);
        if (written <= 0) abort();
        data = (const char *)data + written;
        length -= (size_t)written;
    }
}

static void record(char operation, const char *path, const char *other, uint64_t offset, const void *data, size_t size)
{
    if (log_fd < 0) return;
    int saved = errno;
    struct __attribute__((packed)) {
        char operation;
        uint16_t path, other;
        uint64_t offset, size;
    } head = {operation, (uint16_t)strlen(path), (uint16_t)(other ? strlen(other) : 0), offset, size};
    put(&head, sizeof head);
    put(path, head.path);
    if (other) put(other, head.other);
    if (size) put(data, size);
    errno = saved;
}

/* Whether the call shall fail now (errno is set); does not return where the process shall end. */
static int strikes(const char *operation, const char *path)
{
    if (!strike_count || strcmp(operation, strike_operation) || !strstr(path, strike_text) || --strike_count) return 0;
    if (!strike_errno) {
        kill(getpid(), SIGKILL);
        pause();
    }
    errno = strike_errno;
    return 1;
}

#define LOCKED pthread_mutex_lock(&lock)
#define UNLOCKED pthread_mutex_unlock(&lock)

static int opened(int (*real)(int, const char *, int, ...), int directory, const char *path, int flags, mode_t mode)
{
    char full[PATH_MAX];
    if (!(flags & (O_CREAT | O_TRUNC)) || !path_at(directory, path, full)) return real(directory, path, flags, mode);
    LOCKED;
    struct stat before;
    int existed = !fstatat(directory, path, &before, 0);
    int fd = strikes("open", full) ? -1 : real(directory, path, flags, mode);
    if (fd >= 0 && !existed) record('c', full, NULL, 0, NULL, 0);
    else if (fd >= 0 && flags & O_TRUNC && before.st_size) record('t', full, NULL, 0, NULL, 0);
    UNLOCKED;
    return fd;
}

#define MODE mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }

int openat(int directory, const char *path, int flags, ...)
{
    REAL(int, openat, int, const char *, int, ...);
    MODE
    return opened(real_openat, directory, path, flags, mode);
}
int openat64(int directory, const char *path, int flags, ...)
{
    REAL(int, openat64, int, const char *, int, ...);
    MODE
    return opened(real_openat64, directory, path, flags, mode);
}
int open(const char *path, int flags, ...)
{
    REAL(int, openat, int, const char *, int, ...);
    MODE
    return opened(real_openat, AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...)
{
    REAL(int, openat64, int, const char *, int, ...);
    MODE
    return opened(real_openat64, AT_FDCWD, path, flags, mode);
}

static void wrote(int fd, const char *path, int64_t offset, const void *data, ssize_t size)
{
    int flags = 0;
    if (size <= 0) return;
    /* A file that the file system writes through at once. */
    int is_synchronous = !ioctl(fd, FS_IOC_GETFLAGS, &flags) && flags & FS_SYNC_FL;
    record(is_synchronous ? 'W' : 'w', path, NULL, (uint64_t)offset, data, (size_t)size);
}

static int64_t position(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    struct stat status;
    if (flags >= 0 && flags & O_APPEND && !fstat(fd, &status)) return status.st_size;
    return lseek(fd, 0, SEEK_CUR);
}

ssize_t write(int fd, const void *data, size_t size)
{
    REAL(ssize_t, write, int, const void *, size_t);
    char path[PATH_MAX];
    if (!path_of(fd, path)) return real_write(fd, data, size);
    LOCKED;
    int64_t offset = position(fd);
    ssize_t written = strikes("write", path) ? -1 : real_write(fd, data, size);
    wrote(fd, path, offset, data, written);
    UNLOCKED;
    return written;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    REAL(ssize_t, writev, int, const struct iovec *, int);
    char path[PATH_MAX];
    if (!path_of(fd, path)) return real_writev(fd, parts, count);
    ssize_t total = 0;
    for (int index = 0; index < count; index++) {
        ssize_t written = write(fd, parts[index].iov_base, parts[index].iov_len);
        if (written < 0) return total ? total : written;
        total += written;
        if ((size_t)written < parts[index].iov_len) break;
    }
    return total;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    char path[PATH_MAX];
    if (!path_of(fd, path)) return real_pwrite64(fd, data, size, offset);
    LOCKED;
    ssize_t written = strikes("write", path) ? -1 : real_pwrite64(fd, data, size, offset);
    wrote(fd, path, offset, data, written);
    UNLOCKED;
    return written;
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return pwrite64(fd, data, size, offset); }

int ftruncate64(int fd, off64_t size)
{
    REAL(int, ftruncate64, int, off64_t);
    char path[PATH_MAX];
    if (!path_of(fd, path)) return real_ftruncate64(fd, size);
    LOCKED;
    int result = real_ftruncate64(fd, size);
    if (!result) record('t', path, NULL, (uint64_t)size, NULL, 0);
    UNLOCKED;
    return result;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int renamed(int from_directory, const char *from, int to_directory, const char *to, unsigned flags)
{
    REAL(int, renameat2, int, const char *, int, const char *, unsigned);
    char old[PATH_MAX], new[PATH_MAX];
    if (!path_at(from_directory, from, old) || !path_at(to_directory, to, new))
        return real_renameat2(from_directory, from, to_directory, to, flags);
    LOCKED;
    int result = strikes("rename", old) ? -1 : real_renameat2(from_directory, from, to_directory, to, flags);
    if (!result) record('r', old, new, flags, NULL, 0);
    UNLOCKED;
    return result;
}
int rename(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { return renamed(a, from, b, to, 0); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) { return renamed(a, from, b, to, flags); }

int linkat(int a, const char *from, int b, const char *to, int flags)
{
    REAL(int, linkat, int, const char *, int, const char *, int);
    char old[PATH_MAX], new[PATH_MAX];
    if (!path_at(a, from, old) || !path_at(b, to, new)) return real_linkat(a, from, b, to, flags);
    LOCKED;
    int result = real_linkat(a, from, b, to, flags);
    if (!result) record('l', old, new, 0, NULL, 0);
    UNLOCKED;
    return result;
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int directory, const char *path, int flags)
{
    REAL(int, unlinkat, int, const char *, int);
    char full[PATH_MAX];
    if (!path_at(directory, path, full)) return real_unlinkat(directory, path, flags);
    LOCKED;
    int result = strikes("unlink", full) ? -1 : real_unlinkat(directory, path, flags);
    if (!result) record('u', full, NULL, 0, NULL, 0);
    UNLOCKED;
    return result;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path)
{
    struct stat status;
    return unlinkat(AT_FDCWD, path, !lstat(path, &status) && S_ISDIR(status.st_mode) ? AT_REMOVEDIR : 0);
}

int mkdirat(int directory, const char *path, mode_t mode)
{
    REAL(int, mkdirat, int, const char *, mode_t);
    char full[PATH_MAX];
    if (!path_at(directory, path, full)) return real_mkdirat(directory, path, mode);
    LOCKED;
    int result = real_mkdirat(directory, path, mode);
    if (!result) record('d', full, NULL, 0, NULL, 0);
    UNLOCKED;
    return result;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

static int synced(int (*real)(int), int fd)
{
    char path[PATH_MAX];
    if (!path_of(fd, path)) return real(fd);
    LOCKED;
    int result = strikes("fsync", path) ? -1 : real(fd);
    if (!result) record('s', path, NULL, 0, NULL, 0);
    UNLOCKED;
    return result;
}
int fsync(int fd)
{
    REAL(int, fsync, int);
    return synced(real_fsync, fd);
}
int fdatasync(int fd)
{
    REAL(int, fdatasync, int);
    return synced(real_fdatasync, fd);
}
int syncfs(int fd)
{
    REAL(int, syncfs, int);
    LOCKED;
    int result = real_syncfs(fd);
    if (!result) record('S', root, NULL, 0, NULL, 0);
    UNLOCKED;
    return result;
}
