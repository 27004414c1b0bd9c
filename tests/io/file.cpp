// Whole files: what is written is read, and nothing is ever half there.
#include "autoencoder/file.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "scratch.hpp"

using namespace autoencoder;

TEST_SUITE("io/file") {
    TEST_CASE("what is written is read, also nothing, also over an old file") {
        const Scratch scratch;
        const std::string path = scratch.path("a");
        write_file(path, "first");
        write_file(path, Bytes{0, 255, 10, 13});
        CHECK(read_file(path) == Bytes{0, 255, 10, 13});
        write_file(path, "");
        CHECK(read_file(path).empty());
        CHECK(std::distance(std::filesystem::directory_iterator(scratch.folder), {}) == 1);
    }

    TEST_CASE("what cannot be read says why, with its path") {
        const Scratch scratch;
        const std::string none = scratch.path("none");
        CHECK(complaint([&] { read_file(none); }) ==
              none + ": cannot be opened: No such file or directory");
        CHECK(complaint([&] { read_file(scratch.folder.string()); }) ==
              scratch.folder.string() + ": expected a file, found a folder");
        CHECK(contains(complaint([] { read_file("/dev/null"); }), "found a device or a pipe"));
        const std::string pipe = scratch.path("pipe");
        REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
        CHECK(contains(complaint([&] { read_file(pipe); }), "found a device or a pipe"));
    }

    TEST_CASE("a file larger than the limit is not read") {
        const Scratch scratch;
        const std::string path = scratch.put("a", Bytes(11, 0));
        CHECK(read_file(path, 11).size() == 11);
        CHECK(complaint([&] { read_file(path, 10); }) ==
              path + ": expected at most 10 bytes, found 11");
    }

    TEST_CASE("a folder that is not there, and what is no file, are not written") {
        const Scratch scratch;
        const std::string path = scratch.path("none/a");
        CHECK(complaint([&] { write_file(path, "x"); }) ==
              path + ": cannot be written: No such file or directory");
        CHECK(contains(complaint([&] { write_file(scratch.folder.string(), "x"); }),
                       "found a folder"));
        CHECK(contains(complaint([] { write_file("/dev/null", "x"); }), "found a device"));
        CHECK(std::filesystem::is_empty(scratch.folder));
    }

    TEST_CASE("a disk that is full leaves the old file, and nothing beside it") {
        const Scratch scratch;
        const std::string path = scratch.path("a");
        write_file(path, "old");
        // A limit on the size of files stands in for the disk; the signal that it sends is not it.
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
        rlimit small = before;
        small.rlim_cur = 1000;
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
        const std::string text = complaint([&] { write_file(path, Bytes(2000, 0)); });
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
        std::signal(SIGXFSZ, handler);
        CHECK(contains(text, "cannot be written: File too large"));
        CHECK(read_file(path) == bytes_of("old"));
        CHECK(std::distance(std::filesystem::directory_iterator(scratch.folder), {}) == 1);
    }

    TEST_CASE("a name may be as long as the system takes") {
        const Scratch scratch;
        for (const std::size_t length : {std::size_t{249}, std::size_t{255}}) {
            const std::string path = scratch.path(std::string(length, 'n'));
            write_file(path, "x");
            CHECK(read_file(path) == bytes_of("x"));
        }
        CHECK(contains(complaint([&] { write_file(scratch.path(std::string(256, 'n')), "x"); }),
                       "File name too long"));
        CHECK(std::distance(std::filesystem::directory_iterator(scratch.folder), {}) == 2);
    }

    TEST_CASE("a link stays, and the file that it leads to is replaced or made") {
        namespace fs = std::filesystem;
        const Scratch scratch;
        fs::create_directory(scratch.path("there"));
        fs::create_symlink("there/a", scratch.path("near"));
        fs::create_symlink(scratch.path("near"), scratch.path("far"));
        for (const char* text : {"first", "second"}) {
            write_file(scratch.path("far"), text);
            CHECK(read_file(scratch.path("there/a")) == bytes_of(text));
        }
        CHECK(fs::is_symlink(scratch.path("near")));
        CHECK(fs::is_symlink(scratch.path("far")));
        CHECK(std::distance(fs::directory_iterator(scratch.folder), {}) == 3);
    }

    TEST_CASE("a folder is one's own, and what the dead were writing there goes") {
        const Scratch scratch;
        const std::string folder = scratch.folder.string();
        const std::string dead = scratch.put(".autoencoder-1-0.tmp", bytes_of("half")),
                          living = scratch.put(".autoencoder-1-1.tmp", bytes_of("half")),
                          mine = scratch.put("notes.tmp", bytes_of("whole"));
        const int file = ::open(living.c_str(), O_RDONLY);
        REQUIRE(::flock(file, LOCK_EX) == 0);
        {
            const FolderClaim claim(folder);
            CHECK_FALSE(std::filesystem::exists(dead));
            CHECK(std::filesystem::exists(living));
            CHECK(std::filesystem::exists(mine));
            CHECK(contains(complaint([&] { FolderClaim second(folder); }), "found another run"));
            write_file(scratch.path("a"), "x");
        }
        ::close(file);
        const FolderClaim after(folder);
        CHECK_FALSE(std::filesystem::exists(living));
    }

    TEST_CASE("a folder that may not be written leaves the old file as it was") {
        const Scratch scratch;
        const std::string path = scratch.path("a");
        write_file(path, "old");
        std::filesystem::permissions(scratch.folder, std::filesystem::perms(0500));
        if (::geteuid() != 0) {  // the superuser may always
            CHECK(complaint([&] { write_file(path, "new"); }) ==
                  path + ": cannot be written: Permission denied");
            CHECK(read_file(path) == bytes_of("old"));
        }
        std::filesystem::permissions(scratch.folder, std::filesystem::perms(0700));
    }
}
