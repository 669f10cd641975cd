// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What a call costs besides the work it asks for.
//
//   overhead_bench [--calls N] [--pause MICROSECONDS]
//
// Through the pool: a device that does nothing, an image of one pixel, and the
// time of a lane without a pool taken off for each image. Through the exported
// functions: a model of one layer, and the stages' times (yolo_result.ns_*)
// taken off. What is taken off is divided by the lanes that a batch has. Prints
// microseconds a call: median, 90th and 99th percentile. Calls are so far apart
// (100 us) that workers are asleep when the next one comes. With four callers
// at once there is no pause; the time of all calls, times the lanes, is divided
// by their number.
//
// On a machine with other work to do, run it as `chrt -f 10 overhead_bench`:
// otherwise this measures how long a thread waits for a CPU.
#include <yolo/yolo.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "lane_pool.h"

namespace yolo {
namespace {

using Clock = std::chrono::steady_clock;

double Microseconds(Clock::duration d) {
  return std::chrono::duration<double, std::micro>(d).count();
}

void Spin(double microseconds) {
  const auto start = Clock::now();
  while (Microseconds(Clock::now() - start) < microseconds) {
  }
}

void Check(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.message());
  std::exit(1);
}

// A network of one pixel, whose only head finds nothing.
class NothingLane : public DeviceLane {
 public:
  TensorView Input() override { return {input_, DataType::kF32}; }
  Status Run(Team*) override { return Status::Ok(); }
  TensorView Head(size_t) const override {
    TensorView view;
    view.data = const_cast<float*>(head_);
    view.shape = {6, 1, 1};
    return view;
  }

 private:
  float input_[3];
  float head_[6] = {0, 0, 0, 0, -20, -20};
};

class NothingDevice : public Device {
 public:
  int32_t precision() const override { return YOLO_PRECISION_F32; }
  const char* instruction_set() const override { return ""; }
  uint64_t bytes_weights() const override { return 0; }
  const char* Implementation(size_t) const override { return ""; }
  Status NewLane(std::unique_ptr<DeviceLane>* out) override {
    *out = std::make_unique<NothingLane>();
    return Status::Ok();
  }
};

LaneModel NothingModel() {
  LaneModel model;
  model.graph.input = {3, 1, 1};
  model.graph.num_classes = 1;
  model.graph.heads = {0};
  Layer layer;
  layer.shape = {6, 1, 1};
  layer.op = YoloHead{.anchors = {{1, 1}}, .classes = 1};
  model.graph.layers.push_back(std::move(layer));
  model.device = std::make_unique<NothingDevice>();
  model.image = {YOLO_PROFILE_DARKNET, YOLO_DECODE_FAST, YOLO_EXIF_APPLY,
                 1 << 20, 500};
  model.extract.thresholds = {0.25f};
  return model;
}

// Images of one pixel and room for what is found in them.
struct Batch {
  explicit Batch(size_t n) : images(n), detections(n), results(n) {
    for (yolo_image& image : images) {
      image = YOLO_IMAGE_INIT;
      image.format = YOLO_FORMAT_RGB;
      image.data = pixel;
      image.size = sizeof(pixel);
      image.width = image.height = 1;
    }
    for (yolo_result& result : results) result = YOLO_RESULT_INIT;
  }

  Job AsJob() {
    Job job;
    job.images = images.data();
    job.image_step = sizeof(yolo_image);
    job.num_images = images.size();
    job.detections = detections.data();
    job.capacity = 1;
    job.results = results.data();
    job.result_step = sizeof(yolo_result);
    return job;
  }

  // Microseconds of all stages of an image, on average.
  double Work() const {
    uint64_t sum = 0;
    for (const yolo_result& r : results) {
      sum += r.ns_decode + r.ns_pack + r.ns_run + r.ns_extract;
    }
    return static_cast<double>(sum) / 1e3 / static_cast<double>(results.size());
  }

  const uint8_t pixel[3] = {1, 2, 3};
  std::vector<yolo_image> images;
  std::vector<yolo_detection> detections;
  std::vector<yolo_result> results;
};

class Pool {
 public:
  Pool(size_t lanes, size_t threads_per_lane) : model_(NothingModel()) {
    for (size_t i = 0; i < lanes; ++i) {
      lanes_.push_back(std::make_unique<Lane>(&model_, &allocator_));
      Check(lanes_.back()->Init());
    }
    pool_ = std::make_unique<LanePool>(&lanes_, threads_per_lane);
    Check(pool_->Start());
  }
  Lane* lane() { return lanes_[0].get(); }
  LanePool* operator->() { return pool_.get(); }

 private:
  Allocator allocator_;
  LaneModel model_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::unique_ptr<LanePool> pool_;
};

double Percentile(std::vector<double>* values, double share) {
  const double last = static_cast<double>(values->size() - 1);
  const auto at = values->begin() + static_cast<long>(share * last);
  std::nth_element(values->begin(), at, values->end());
  return *at;
}

class Measurement {
 public:
  Measurement(size_t calls, double pause) : calls_(calls), pause_(pause) {}

  // Times each call, less what `work` says it had to do.
  double Print(const std::string& name, const std::function<void()>& call,
               const std::function<double()>& work) const {
    std::vector<double> times;
    for (size_t i = 0; i < calls_; ++i) {
      Spin(pause_);
      const auto start = Clock::now();
      call();
      times.push_back(Microseconds(Clock::now() - start) - work());
    }
    std::printf("%-58s %8.2f %8.2f %8.2f\n", name.c_str(),
                Percentile(&times, 0.5), Percentile(&times, 0.9),
                Percentile(&times, 0.99));
    return Percentile(&times, 0.5);
  }

  // Microseconds of one image on a lane without a pool.
  double MeasureLane() const {
    Pool pool(1, 1);
    Batch batch(1);
    HelpedTeam team;
    return Print(
        "lane alone (not overhead)",
        [&] {
          LaneImage image;
          image.image = batch.images[0];
          image.detections = batch.detections.data();
          image.capacity = 1;
          pool.lane()->Detect({&image, 1}, &team, [] {});
        },
        [] { return 0.0; });
  }

  void MeasurePool(size_t lanes, size_t threads, size_t images,
                   double lane) const {
    Pool pool(lanes, threads);
    Batch batch(images);
    const Job job = batch.AsJob();
    Print(
        "pool, " + Describe(lanes, threads, images), [&] { pool->Run(job); },
        [&] { return lane * Longest(lanes, images); });
  }

  // As many callers at once, one image a call.
  void MeasureCallers(size_t lanes, size_t threads, size_t callers,
                      double lane) const {
    Pool pool(lanes, threads);
    std::vector<double> times;
    for (int round = 0; round < 100; ++round) {
      times.push_back(RunCallers(&pool, callers) * static_cast<double>(lanes) -
                      lane);
    }
    std::printf("%-58s %8.2f %8.2f %8.2f\n",
                ("pool, " + Describe(lanes, threads, 1) + ", " +
                 std::to_string(callers) + " callers")
                    .c_str(),
                Percentile(&times, 0.5), Percentile(&times, 0.9),
                Percentile(&times, 0.99));
  }

  // Through yolo_detect (no images: single) or yolo_detect_batch.
  void MeasureExported(uint32_t lanes, uint32_t threads, size_t images) const;

  // Images of a batch that one lane gets when all get the same.
  static double Longest(size_t lanes, size_t images) {
    return static_cast<double>(images) /
           static_cast<double>(std::min(lanes, images));
  }

  static std::string Describe(size_t lanes, size_t threads, size_t images) {
    return std::to_string(lanes) + " lanes, " + std::to_string(threads) +
           " threads, " +
           (images == 0 ? "single call" : "batch of " + std::to_string(images));
  }

 private:
  // Microseconds for each call of each caller.
  double RunCallers(Pool* pool, size_t callers) const {
    const size_t calls = std::max<size_t>(calls_ / 100, 1);
    std::atomic<size_t> waiting{callers};
    std::vector<std::thread> threads;
    std::atomic<bool> go{false};
    for (size_t i = 0; i < callers; ++i) {
      threads.emplace_back([&] {
        Batch batch(1);
        const Job job = batch.AsJob();
        --waiting;
        while (!go.load()) std::this_thread::yield();
        for (size_t c = 0; c < calls; ++c) (*pool)->Run(job);
      });
    }
    while (waiting.load() > 0) std::this_thread::yield();
    const auto start = Clock::now();
    go.store(true);
    for (std::thread& thread : threads) thread.join();
    return Microseconds(Clock::now() - start) /
           static_cast<double>(calls * callers);
  }

  const size_t calls_;
  const double pause_;
};

yolo_detector* CreateTiny(uint32_t lanes, uint32_t threads) {
  const std::string cfg =
      "[net]\nwidth=32\nheight=32\nchannels=3\n"
      "[convolutional]\nfilters=6\nsize=1\nstride=1\npad=0\n"
      "activation=linear\n[yolo]\nmask=0\nanchors=8,8\nnum=1\nclasses=1\n";
  // 0.2.5 and nothing seen; 6 biases and 18 weights of 0: scores of 0.25.
  std::vector<int32_t> weights(5 + 6 + 18, 0);
  weights[1] = 2;
  weights[2] = 5;
  yolo_options options = YOLO_OPTIONS_INIT;
  options.model_data = cfg.data();
  options.model_size = cfg.size();
  options.weights_data = weights.data();
  options.weights_size = weights.size() * sizeof(weights[0]);
  options.score_threshold = 0.5f;
  options.num_lanes = lanes;
  options.threads_per_lane = threads;
  yolo_detector* detector = nullptr;
  if (yolo_create(&options, &detector) != YOLO_OK) {
    std::fprintf(stderr, "%s\n", yolo_last_error());
    std::exit(1);
  }
  return detector;
}

void Measurement::MeasureExported(uint32_t lanes, uint32_t threads,
                                  size_t images) const {
  yolo_detector* const detector = CreateTiny(lanes, threads);
  Batch batch(std::max<size_t>(images, 1));
  const auto single = [&] {
    const yolo_image& image = batch.images[0];
    yolo_detect(detector, image.format, image.data, image.size, image.width,
                image.height, image.stride, batch.detections.data(), 1,
                &batch.results[0]);
  };
  const auto many = [&] {
    yolo_detect_batch(detector, batch.images.data(), images,
                      batch.detections.data(), 1, batch.results.data());
  };
  Print(
      "exported, " + Describe(lanes, threads, images),
      [&] { images == 0 ? single() : many(); },
      [&] { return batch.Work() * Longest(lanes, batch.images.size()); });
  yolo_destroy(detector);
}

// CPU time of this process, all threads, while nobody calls.
void PrintIdle() {
  Pool pool(2, 2);
  Batch batch(8);
  pool->Run(batch.AsJob());
  const auto cpu = [] {
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e6 +
           static_cast<double>(t.tv_nsec) / 1e3;
  };
  const double before = cpu();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  std::printf("CPU time of an idle second, from the end of a call: %.0f us\n",
              cpu() - before);
}

int Main(int argc, char** argv) {
  size_t calls = 20000;
  double pause = 100;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--calls") calls = std::strtoul(argv[i + 1], nullptr, 10);
    if (name == "--pause") pause = std::strtod(argv[i + 1], nullptr);
  }
  if (argc % 2 == 0 || calls == 0) {
    std::fprintf(stderr, "usage: %s [--calls N] [--pause MICROSECONDS]\n",
                 argv[0]);
    return 2;
  }
  std::printf("%-58s %8s %8s %8s\n", "us a call", "median", "90 %", "99 %");
  const Measurement measure(calls, pause);
  const double lane = measure.MeasureLane();
  for (const size_t threads : {1, 2}) {
    for (const size_t lanes : {1, 2}) {
      for (const size_t images : {1, 8}) {
        measure.MeasurePool(lanes, threads, images, lane);
      }
      measure.MeasureCallers(lanes, threads, 4, lane);
    }
  }
  for (const uint32_t threads : {1, 2}) {
    for (const size_t images : {0, 1, 8}) {
      measure.MeasureExported(2, threads, images);
    }
  }
  PrintIdle();
  return 0;
}

}  // namespace
}  // namespace yolo

int main(int argc, char** argv) { return yolo::Main(argc, argv); }
