/* Keep a copy of what is synced, so that a test can put back what a power cut would have left.
 *
 * Preloaded into a process (LD_PRELOAD). Under the folder POWER_CUT_ROOT, fsync and fdatasync of a
 * file copy its octets to POWER_CUT_DISK/inodes/<inode>; fsync of a folder copies the list of its
 * names to POWER_CUT_DISK/names/<inode of the folder>. All else is written as usual, and lost when
 * the test puts the disk back: see bench/power_cut.py. POWER_CUT_DISK/syncs has an octet a sync. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void draft_of(char *draft, const char *target) {
    snprintf(draft, PATH_MAX, "%s.%d-%d", target, (int)getpid(), (int)gettid());
}

static void copy_file(int from, const char *target) {
    static __thread char block[1 << 16];
    char draft[PATH_MAX];
    off_t at = 0;
    ssize_t got;
    draft_of(draft, target);
    int to = open(draft, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    if (to < 0) return;
    while ((got = pread(from, block, sizeof block, at)) > 0) {
        if (write(to, block, got) != got) break;
        at += got;
    }
    close(to);
    rename(draft, target);
}

static void copy_names(const char *path, const char *target) {
    char draft[PATH_MAX];
    struct dirent *entry;
    draft_of(draft, target);
    FILE *to = fopen(draft, "w");
    DIR *folder = opendir(path);
    if (to && folder) {
        fprintf(to, "%s\n", path);
        while ((entry = readdir(folder)))
            if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
                fprintf(to, "%lu %s\n", (unsigned long)entry->d_ino, entry->d_name);
    }
    if (folder) closedir(folder);
    if (to) fclose(to);
    rename(draft, target);
}

static void keep(int fd) {
    const char *root = getenv("POWER_CUT_ROOT"), *disk = getenv("POWER_CUT_DISK");
    char link[64], path[PATH_MAX], target[PATH_MAX];
    struct stat found;
    if (!root || !disk) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0 || fstat(fd, &found)) return;
    path[length] = 0;
    if (strncmp(path, root, strlen(root))) return;
    int folder = S_ISDIR(found.st_mode);
    snprintf(target, sizeof target, "%s/%s/%lu", disk, folder ? "names" : "inodes",
             (unsigned long)found.st_ino);
    if (folder) {
        copy_names(path, target);
    } else if ((fcntl(fd, F_GETFL) & O_ACCMODE) != O_WRONLY) {
        copy_file(fd, target); /* to close another descriptor would drop the locks of SQLite */
    } else {
        int from = open(path, O_RDONLY);
        if (from >= 0) {
            copy_file(from, target);
            close(from);
        }
    }
    snprintf(target, sizeof target, "%s/syncs", disk);
    int count = open(target, O_CREAT | O_APPEND | O_WRONLY, 0600);
    if (count >= 0) {
        if (write(count, "s", 1) != 1) _exit(70);
        close(count);
    }
}

static int sync_as(const char *name, int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int done = real(fd);
    if (!done) keep(fd);
    return done;
}

int fsync(int fd) { return sync_as("fsync", fd); }
int fdatasync(int fd) { return sync_as("fdatasync", fd); }
