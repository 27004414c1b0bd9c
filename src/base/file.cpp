// Reading and writing whole files with the system's own calls (POSIX), because streams can neither
// flush to the disk nor say why something failed.
#include "autoencoder/file.hpp"

#include "autoencoder/error.hpp"
#include "autoencoder/memory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace autoencoder {
namespace {

namespace fs = std::filesystem;

// A file that is being written. Its writer holds a lock on it, which ends with the process however that
// ends: so whoever gets the lock knows that the writer is dead.
constexpr std::string_view unfinished = ".autoencoder-", unfinished_end = ".tmp";

// The path of the file that is being written, where the handler of a signal finds it.
char noted_path[4096];
enum class Note { none, changing, there, ended };
std::atomic<Note> note{Note::none};
static_assert(std::atomic<Note>::is_always_lock_free);

struct Noted {
    bool mine = false;

    Noted() = default;
    Noted(const Noted&) = delete;
    Noted& operator=(const Noted&) = delete;
    ~Noted() {
        Note there = Note::there;
        if (mine) note.compare_exchange_strong(there, Note::none);
    }
    /// Before the file is made: a signal may come as soon as it is there.
    void set(const std::string& path) {
        Note before = mine ? Note::there : Note::none;
        mine = path.size() < sizeof noted_path && note.compare_exchange_strong(before, Note::changing);
        if (!mine) return;
        noted_path[path.copy(noted_path, path.size())] = '\0';
        note = Note::there;
    }
};

// One call moves at most this much: some systems take no more than 2³¹ bytes.
constexpr std::size_t largest_piece = std::size_t{1} << 30;

struct Descriptor {
    int number;

    explicit Descriptor(int number_) : number(number_) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number >= 0) ::close(number);
    }
};

[[noreturn]] void fail_system(const std::string& path, const std::string& what) {
    const int error = errno;
    fail(path, what + ": " + std::generic_category().message(error));
}

const char* kind_of(const struct stat& status) {
    if (S_ISREG(status.st_mode)) return "a file";
    if (S_ISDIR(status.st_mode)) return "a folder";
    return "a device or a pipe";
}

// Retries calls that a signal interrupted.
template <class Call>
ssize_t insist(Call call) {
    ssize_t result = call();
    while (result < 0 && errno == EINTR) result = call();
    return result;
}

// Writes all bytes to a new file and waits until the disk has them.
void write_all(const std::string& path, const Descriptor& file, ByteView bytes) {
    for (std::size_t done = 0; done < bytes.size();) {
        const std::size_t piece = std::min(bytes.size() - done, largest_piece);
        const ssize_t count =
            insist([&] { return ::write(file.number, bytes.data() + done, piece); });
        if (count < 0) fail_system(path, "cannot be written");
        done += static_cast<std::size_t>(count);
    }
    if (insist([&] { return ::fsync(file.number); }) != 0) fail_system(path, "cannot be flushed");
}

// Where a link leads: the file there is replaced, and the link stays.
fs::path followed(fs::path path) {
    std::error_code error;
    constexpr int most = 40;  // as the system
    for (int links = 0; links < most && fs::is_symlink(path, error); ++links)
        path = path.parent_path() / fs::read_symlink(path, error);
    return path;
}

// Opens a new file in this folder, locked where the file system can. Leaves its path.
int open_unfinished(const fs::path& folder, std::string& path, Noted& noted) {
    for (int attempt = 0; attempt < 100; ++attempt) {
        path = (folder / (std::string(unfinished) + std::to_string(::getpid()) + "-" +
                          std::to_string(attempt) + std::string(unfinished_end)))
                   .string();
        noted.set(path);
        const int number = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (number < 0 && errno == EEXIST) continue;
        struct stat status {};
        // Before it was locked, somebody who tidies up may have taken it for a dead one's.
        const bool lost = number >= 0 && ((::flock(number, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) ||
                                          (::fstat(number, &status) == 0 && status.st_nlink == 0));
        if (!lost) return number;
        ::close(number);
    }
    return -1;
}

// Until the folder is on the disk too, a file may be back under its old name after a crash, and what was
// removed after it may be gone all the same.
void flush_folder(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const Descriptor place(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (place.number < 0) return;  // it may be written but not be read
    // Where a folder cannot be flushed there is nothing to do.
    if (insist([&] { return ::fsync(place.number); }) != 0 && errno != EINVAL)
        fail_system(path, "its folder cannot be flushed");
}

}  // namespace

Bytes read_file(const std::string& path, std::size_t limit) {
    // Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.number < 0) fail_system(path, "cannot be opened");
    struct stat status {};
    if (::fstat(file.number, &status) != 0) fail_system(path, "cannot be examined");
    if (!S_ISREG(status.st_mode)) {
        fail(path, std::string("expected a file, found ") + kind_of(status));
    }
    const auto size = static_cast<std::uintmax_t>(status.st_size);
    if (size > limit) {
        fail(path,
             "expected at most " + std::to_string(limit) + " bytes, found " + std::to_string(size));
    }

    require_memory(static_cast<std::size_t>(size), path);
    Bytes bytes(static_cast<std::size_t>(size));
    for (std::size_t done = 0; done < bytes.size();) {
        const std::size_t piece = std::min(bytes.size() - done, largest_piece);
        const ssize_t count =
            insist([&] { return ::read(file.number, bytes.data() + done, piece); });
        if (count < 0) fail_system(path, "cannot be read");
        if (count == 0) {
            fail(path, "expected " + std::to_string(bytes.size()) + " bytes, found only " +
                           std::to_string(done) + ": it has been cut short meanwhile");
        }
        done += static_cast<std::size_t>(count);
    }
    return bytes;
}

void write_file(const std::string& path, ByteView bytes) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
        fail(path, std::string("expected a file to replace, found ") + kind_of(status));
    }
    // In the folder of the file, because only within one folder is renaming a single step.
    const fs::path target = followed(path);
    std::string temporary;
    Noted noted;
    const Descriptor file(open_unfinished(target.parent_path(), temporary, noted));
    if (file.number < 0) fail_system(path, "cannot be written");
    try {
        write_all(path, file, bytes);
        if (::rename(temporary.c_str(), target.c_str()) != 0)
            fail_system(path, "cannot be replaced");
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    flush_folder(target.string());
}

void write_file(const std::string& path, std::string_view text) {
    write_file(path, ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

void remove_unfinished() noexcept {
    Note there = Note::there;
    if (note.compare_exchange_strong(there, Note::ended)) ::unlink(noted_path);
}

FolderClaim::FolderClaim(const std::string& folder, std::vector<std::string> made)
    : number_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)), made_(std::move(made)) {
    if (number_ < 0) return;  // it may be written but not be read
    if (::flock(number_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        ::close(number_);
        fail(folder, "expected a folder of its own, found another run that is writing into it");
    }
    std::error_code error;  // what cannot be looked at stays
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(unfinished) || !name.ends_with(unfinished_end)) continue;
        const Descriptor left(::open(entry.path().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        if (left.number >= 0 && ::flock(left.number, LOCK_EX | LOCK_NB) == 0) ::unlink(entry.path().c_str());
    }
}

FolderClaim::~FolderClaim() {
    for (const std::string& each : made_)
        if (::rmdir(each.c_str()) != 0) break;  // it is not empty
    if (number_ >= 0) ::close(number_);
}

}  // namespace autoencoder
