// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Models that come from files which are wrong, odd, or changed meanwhile.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "support/detector.h"
#include "support/folder.h"
#include "support/meter.h"
#include "support/process.h"

namespace yolo::testing {
namespace {

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The tiny model in files.
struct Files {
  Files()
      : cfg(folder.Write("m.cfg", model.cfg)),
        weights(folder.Write("m.weights", model.weights)) {}

  yolo_options Options() const {
    yolo_options options = YOLO_OPTIONS_INIT;
    options.model_path = cfg.c_str();
    options.weights_path = weights.c_str();
    options.num_lanes = 1;
    return options;
  }

  // The status of creation; `message` says why. Nothing may be left behind.
  yolo_status TryCreate(yolo_options options) {
    const size_t files = CountOpenFiles(), threads = CountThreads();
    yolo_detector* const untouched = reinterpret_cast<yolo_detector*>(this);
    yolo_detector* detector = untouched;
    Meter meter;
    meter.Use(&options);
    const yolo_status status = yolo_create(&options, &detector);
    message = status == YOLO_OK ? "" : yolo_last_error();
    if (status == YOLO_OK) {
      yolo_destroy(detector);
    } else {
      CHECK(detector == untouched);
      CHECK(message != "");
    }
    CHECK(meter.live == 0);
    peak = meter.peak;
    // A pipe's writer, or a thread that was joined, may need a moment to go.
    for (int i = 0; i < 5000; ++i) {
      if (CountOpenFiles() <= files && CountThreads() <= threads) break;
      usleep(1000);
    }
    CHECK(CountOpenFiles() <= files);
    CHECK(CountThreads() <= threads);
    return status;
  }
  yolo_status TryWeights(const std::string& path) {
    yolo_options options = Options();
    options.weights_path = path.c_str();
    return TryCreate(options);
  }

  const Folder folder;
  const Model model = TinyModel();
  const std::string cfg, weights;
  std::string message;
  size_t peak = 0;
};

std::vector<uint8_t> Resized(std::vector<uint8_t> bytes, size_t size) {
  bytes.resize(size);
  return bytes;
}

TEST_CASE("weights of another length are refused before memory is taken") {
  Files f;
  const size_t right = f.model.weights.size();
  const std::string expected =
      "expected " + std::to_string(right) + " bytes, found ";
  for (const size_t size :
       {size_t{0}, size_t{3}, size_t{15}, size_t{16}, size_t{20}, right - 4,
        right - 1, right + 1, right + 4, right * 2}) {
    CAPTURE(size);
    const std::string path =
        f.folder.Write("w", Resized(f.model.weights, size));
    CHECK(f.TryWeights(path) == YOLO_ERROR_BAD_MODEL);
    CAPTURE(f.message);
    CHECK(Contains(f.message, expected + std::to_string(size) + " ("));
    CHECK(f.peak == 0);
  }
  // A terabyte of zeros that take no room on the disk.
  const std::string path = f.folder.Write("w", std::string(1, '\0'));
  REQUIRE(truncate(path.c_str(), off_t{1} << 40) == 0);
  CHECK(f.TryWeights(path) == YOLO_ERROR_BAD_MODEL);
  CHECK(Contains(f.message, "found 1099511627776 ("));
  CHECK(f.peak == 0);
  CHECK(f.TryWeights(f.weights) == YOLO_OK);
}

TEST_CASE("what is no file, or cannot be read, says its name and why") {
  Files f;
  const struct {
    std::string path, why;
    yolo_status status;
  } cases[] = {
      {f.folder.path(), "Is a directory", YOLO_ERROR_IO},
      {f.folder / "absent", "No such file", YOLO_ERROR_IO},
      {f.cfg + "/under", "Not a directory", YOLO_ERROR_IO},
      {"/proc/self/mem", "Input/output error", YOLO_ERROR_IO},
      {"", "No such file", YOLO_ERROR_IO},
      // Read as far as the model goes, and a byte more.
      {"/dev/zero", "found more", YOLO_ERROR_BAD_MODEL},
      {"/dev/full", "found more", YOLO_ERROR_BAD_MODEL},
      {"/dev/null", "found 0", YOLO_ERROR_BAD_MODEL},
  };
  for (const auto& c : cases) {
    CAPTURE(c.path);
    CHECK(f.TryWeights(c.path) == c.status);
    CAPTURE(f.message);
    CHECK(f.message.find(c.path) == 0);
    CHECK(Contains(f.message, c.why));
    if (c.path == "/dev/null") continue;

    // The same as a model and as labels; what never ends is cut off.
    yolo_options options = f.Options();
    options.model_path = c.path.c_str();
    const bool endless = c.path == "/dev/zero" || c.path == "/dev/full";
    CHECK(f.TryCreate(options) == (endless ? YOLO_ERROR_LIMIT : YOLO_ERROR_IO));
    options = f.Options();
    options.labels_path = c.path.c_str();
    CHECK(f.TryCreate(options) == (endless ? YOLO_ERROR_LIMIT : YOLO_ERROR_IO));
    if (endless) CHECK(Contains(f.message, "more than 16777216 bytes"));
  }
}

TEST_CASE("a file that may not be read says so") {
  if (kSanitizer == "ThreadSanitizer") {
    MESSAGE("left out: ThreadSanitizer does not follow threads across fork");
    return;
  }
  const Files f;
  REQUIRE(chmod(f.weights.c_str(), 0) == 0);
  const auto body = [&] {
    // Permission bits do not hold root back.
    if (geteuid() == 0 && setuid(65534) != 0) return 2;
    const yolo_options options = f.Options();
    yolo_detector* detector = nullptr;
    if (yolo_create(&options, &detector) != YOLO_ERROR_IO) return 3;
    return Contains(yolo_last_error(), "Permission denied") ? 0 : 4;
  };
  CHECK(InChild(body) == 0);
}

TEST_CASE("names are bytes, messages are UTF-8") {
  Files f;
  const std::string name = "w\xff\xfe\xc3(\xed\xa0\x80 \xc3\xa9\n\x7f";
  const std::string path = f.folder.Write(name, f.model.weights);
  CHECK(f.TryWeights(path) == YOLO_OK);
  CHECK(f.TryWeights(path + "2") == YOLO_ERROR_IO);
  CAPTURE(f.message);
  CHECK(Contains(f.message,
                 "w???"
                 "(??? \xc3\xa9??2: cannot open"));
}

TEST_CASE("bytes that are no text are refused by line") {
  Files f;
  std::string cfg = f.model.cfg;
  cfg[cfg.find("filters")] = '\0';
  yolo_options options = f.Options();
  std::string path = f.folder.Write("nul.cfg", cfg);
  options.model_path = path.c_str();
  CHECK(f.TryCreate(options) == YOLO_ERROR_BAD_MODEL);
  CHECK(Contains(f.message, ": not text"));

  options = f.Options();
  path = f.folder.Write("nul.names", std::string("cat\nd\0g\n", 8));
  options.labels_path = path.c_str();
  CHECK(f.TryCreate(options) == YOLO_ERROR_BAD_MODEL);
  CHECK(Contains(f.message, "nul.names:2: a NUL byte"));
}

// A thread that writes `bytes` to the pipe `path` once somebody reads it.
class PipeWriter {
 public:
  PipeWriter(const std::string& path, const std::vector<uint8_t>& bytes,
             size_t at_once)
      : thread_([=] {
          const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
          for (size_t i = 0; i < bytes.size();) {
            const size_t size = std::min(at_once, bytes.size() - i);
            const ssize_t n = write(fd, bytes.data() + i, size);
            if (n < 0) break;  // the reader has had enough
            i += static_cast<size_t>(n);
          }
          close(fd);
        }) {}
  ~PipeWriter() { thread_.join(); }

 private:
  std::thread thread_;
};

TEST_CASE("weights come through a pipe, of the right length or refused") {
  signal(SIGPIPE, SIG_IGN);
  Files f;
  const std::string pipe = f.folder / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  const auto& right = f.model.weights;
  const Image image = Waves(120, 90, 1);
  const Outcome expected = Detect(Create(f.Options()).get(), image);
  for (const size_t at_once : {size_t{7}, size_t{4096}, right.size()}) {
    const PipeWriter writer(pipe, right, at_once);
    yolo_options options = f.Options();
    options.weights_path = pipe.c_str();
    CHECK(SameBoxes(expected, Detect(Create(options).get(), image)));
  }
  for (const size_t size : {size_t{0}, size_t{5}, size_t{18}, right.size() - 1,
                            right.size() + 1, right.size() + 300000}) {
    CAPTURE(size);
    const PipeWriter writer(pipe, Resized(right, size), 4096);
    CHECK(f.TryWeights(pipe) == YOLO_ERROR_BAD_MODEL);
    CAPTURE(f.message);
    CHECK(Contains(f.message, size > right.size()
                                  ? "found more"
                                  : "found " + std::to_string(size) + " ("));
  }
}

TEST_CASE("a file that is renamed over is read as it was") {
  Files f;
  const Image image = Waves(120, 90, 1);
  const Outcome expected = Detect(Create(f.Options()).get(), image);
  // Zeros of the same length, time and again in the place of the right one.
  std::vector<uint8_t> zeros = f.model.weights;
  std::fill(zeros.begin() + 20, zeros.end(), uint8_t{0});
  const Outcome other = [&] {
    const std::string path = f.folder.Write("zeros", zeros);
    yolo_options options = f.Options();
    options.weights_path = path.c_str();
    return Detect(Create(options).get(), image);
  }();
  REQUIRE_FALSE(SameBoxes(expected, other));
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) {
      const auto& bytes = i % 2 ? f.model.weights : zeros;
      std::filesystem::rename(f.folder.Write("next", bytes), f.weights);
    }
  });
  int seen[2] = {0, 0};
  for (int i = 0; i < 200; ++i) {
    const Outcome out = Detect(Create(f.Options()).get(), image);
    const bool one = SameBoxes(expected, out), two = SameBoxes(other, out);
    CHECK((one || two));
    ++seen[two];
  }
  stop = true;
  writer.join();
  MESSAGE("loaded " << seen[0] << " times the one, " << seen[1]
                    << " times the other");
}

TEST_CASE("a file that is cut and grows while it is read is no crash") {
  Files f;
  std::atomic<bool> stop{false};
  const auto size = static_cast<off_t>(f.model.weights.size());
  std::thread writer([&] {
    for (uint32_t i = 0; !stop; ++i) {
      const off_t now = i % 3 == 0 ? size : off_t(i * 7919) % (2 * size);
      if (truncate(f.weights.c_str(), now) != 0) break;
    }
  });
  int num_ok = 0, num_refused = 0;
  for (int i = 0; i < 1000; ++i) {
    const yolo_status status = f.TryCreate(f.Options());
    CHECK((status == YOLO_OK || status == YOLO_ERROR_BAD_MODEL));
    ++(status == YOLO_OK ? num_ok : num_refused);
  }
  stop = true;
  writer.join();
  CHECK(num_refused > 0);
  MESSAGE("read whole " << num_ok << " times, refused " << num_refused);
}

TEST_CASE("no byte is written to any file: a full disk does not matter") {
  if (kSanitizer == "ThreadSanitizer") {
    MESSAGE("left out: ThreadSanitizer does not follow threads across fork");
    return;
  }
  Files f;
  const Folder empty;
  const Image photo = SamplePhoto("coffee");
  const auto body = [&] {
    // Any write to a file ends the child by SIGXFSZ.
    const rlimit none = {0, 0};
    if (setrlimit(RLIMIT_FSIZE, &none) != 0) return 2;
    if (chdir(empty.path().c_str()) != 0) return 3;
    setenv("TMPDIR", empty.path().c_str(), 1);
    const yolo_options options = f.Options();
    yolo_detector* detector = nullptr;
    if (yolo_create(&options, &detector) != YOLO_OK) return 4;
    if (yolo_detect(detector, photo.format, photo.bytes.data(),
                    photo.bytes.size(), 0, 0, 0, nullptr, 0,
                    nullptr) != YOLO_OK) {
      return 5;
    }
    yolo_destroy(detector);
    return 0;
  };
  CHECK(InChild(body) == 0);
  CHECK(std::filesystem::is_empty(empty.path()));
}

}  // namespace
}  // namespace yolo::testing
