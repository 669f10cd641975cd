// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Lanes that run several images at once, on a device made for it: each image
// gets its own boxes or its own error, once, whatever it ran with.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "lane_pool.h"

namespace yolo {
namespace {

constexpr size_t kBatch = 4;

// What the lanes of one device did, and what they are to do.
struct Script {
  std::atomic<size_t> runs{0}, images{0}, largest{0};
  std::atomic<bool> fails{false}, throws{false}, lost{false};
};

// A network of one pixel: the score of its only box follows from it.
class BatchLane : public DeviceLane {
 public:
  BatchLane(Script* script, size_t batch)
      : script_(*script), inputs_(3 * batch), heads_(6 * batch) {}

  size_t batch() const override { return inputs_.size() / 3; }
  void Select(size_t i) override { selected_ = i; }
  TensorView Input() override {
    TensorView view;
    view.data = inputs_.data() + 3 * selected_;
    view.shape = {3, 1, 1};
    return view;
  }
  Status Run(Team* team) override { return RunBatch(1, team); }
  Status RunBatch(size_t num_images, Team*) override {
    ++script_.runs;
    script_.images += num_images;
    size_t seen = script_.largest;
    while (seen < num_images &&
           !script_.largest.compare_exchange_weak(seen, num_images)) {
    }
    if (script_.throws) throw std::runtime_error("a defect");
    if (script_.fails) return Status::Error(YOLO_ERROR_DEVICE, "out of order");
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    for (size_t i = 0; i < num_images; ++i) {
      const float head[] = {0, 0, 0, 0, 20, 1 + inputs_[3 * i]};
      std::memcpy(&heads_[6 * i], head, sizeof(head));
    }
    return Status::Ok();
  }
  TensorView Head(size_t) const override {
    TensorView view;
    view.data = const_cast<float*>(heads_.data() + 6 * selected_);
    view.shape = {6, 1, 1};
    return view;
  }

 private:
  Script& script_;
  std::vector<float> inputs_, heads_;
  size_t selected_ = 0;
};

class BatchDevice : public Device {
 public:
  BatchDevice(Script* script, size_t batch) : script_(script), batch_(batch) {}
  int32_t precision() const override { return YOLO_PRECISION_F32; }
  const char* instruction_set() const override { return ""; }
  uint64_t bytes_weights() const override { return 0; }
  const char* Implementation(size_t) const override { return ""; }
  bool IsLost() const override { return script_->lost; }
  Status NewLane(std::unique_ptr<DeviceLane>* out) override {
    *out = std::make_unique<BatchLane>(script_, batch_);
    return Status::Ok();
  }

 private:
  Script* script_;
  size_t batch_;
};

LaneModel MakeModel(Script* script, size_t batch) {
  LaneModel model;
  model.graph.input = {3, 1, 1};
  model.graph.num_classes = 1;
  model.graph.heads = {0};
  Layer layer;
  layer.shape = {6, 1, 1};
  layer.op = YoloHead{.anchors = {{1, 1}}, .classes = 1};
  model.graph.layers.push_back(std::move(layer));
  model.device = std::make_unique<BatchDevice>(script, batch);
  model.image = {YOLO_PROFILE_DARKNET, YOLO_DECODE_FAST, YOLO_EXIF_APPLY,
                 1 << 20, 500};
  model.extract.thresholds = {0.25f};
  return model;
}

struct Pool {
  Pool(size_t num_lanes, size_t batch) : model(MakeModel(&script, batch)) {
    for (size_t i = 0; i < num_lanes; ++i) {
      lanes.push_back(std::make_unique<Lane>(&model, &allocator));
      REQUIRE(lanes.back()->Init().ok());
    }
    pool = std::make_unique<LanePool>(&lanes, 1);
    REQUIRE(pool->Start().ok());
  }

  // The same network for images that the first device lost.
  void AddSpare() {
    model.spare = std::make_unique<SpareDevice>();
    REQUIRE(
        model.spare->Init(std::make_unique<BatchDevice>(&spare_script, 1), 2)
            .ok());
  }

  Allocator allocator;
  Script script, spare_script;
  LaneModel model;
  std::vector<std::unique_ptr<Lane>> lanes;
  std::unique_ptr<LanePool> pool;
};

// Images of one pixel; every fifth has no size and must fail.
struct Batch {
  explicit Batch(size_t n) : pixels(3 * n), images(n), boxes(n), results(n) {
    for (size_t i = 0; i < n; ++i) {
      std::fill_n(&pixels[3 * i], 3, static_cast<uint8_t>(i * 7));
      images[i] = YOLO_IMAGE_INIT;
      images[i].format = YOLO_FORMAT_RGB;
      images[i].data = &pixels[3 * i];
      images[i].size = 3;
      images[i].width = images[i].height = i % 5 == 4 ? 0 : 1;
      results[i] = YOLO_RESULT_INIT;
      results[i].status = -1;
    }
  }

  void Run(LanePool* pool) {
    Job job;
    job.images = images.data();
    job.image_step = sizeof(yolo_image);
    job.num_images = images.size();
    job.detections = boxes.data();
    job.capacity = 1;
    job.results = results.data();
    job.result_step = sizeof(yolo_result);
    pool->Run(job);
  }

  // Images whose outcome is not `status`, and that have no box when it is OK.
  size_t Wrong(yolo_status status, uint32_t notes = 0) const {
    size_t wrong = 0;
    for (size_t i = 0; i < images.size(); ++i) {
      const yolo_result& r = results[i];
      const yolo_status want =
          i % 5 == 4 ? YOLO_ERROR_INVALID_ARGUMENT : status;
      wrong += r.status != want || (want == YOLO_OK && r.count != 1) ||
               (i % 5 != 4 && r.notes != notes);
    }
    return wrong;
  }

  std::vector<uint8_t> pixels;
  std::vector<yolo_image> images;
  std::vector<yolo_detection> boxes;
  std::vector<yolo_result> results;
};

bool SameBoxes(const Batch& a, const Batch& b) {
  for (size_t i = 0; i < a.images.size(); ++i) {
    if (a.results[i].status != YOLO_OK) continue;
    if (std::memcmp(&a.boxes[i], &b.boxes[i], sizeof(yolo_detection)) != 0) {
      return false;
    }
  }
  return true;
}

TEST_CASE("boxes are the same bits whatever the batch of the network") {
  Batch alone(37);
  Pool single(1, 1);
  alone.Run(single.pool.get());
  CHECK(alone.Wrong(YOLO_OK) == 0);
  CHECK(single.script.largest == 1);
  for (const size_t num_lanes : {1u, 2u, 3u}) {
    Pool pool(num_lanes, kBatch);
    Batch batch(37);
    batch.Run(pool.pool.get());
    CHECK(batch.Wrong(YOLO_OK) == 0);
    CHECK(SameBoxes(alone, batch));
    CHECK(pool.script.images == 30);
    CHECK(pool.script.largest == kBatch);
    CHECK(pool.script.runs < 30);
  }
}

TEST_CASE("an image alone does not wait for others") {
  Pool pool(2, kBatch);
  Batch one(1);
  one.Run(pool.pool.get());
  CHECK(one.Wrong(YOLO_OK) == 0);
  CHECK(pool.script.runs == 1);
  CHECK(pool.script.images == 1);
}

TEST_CASE("images of several callers run together") {
  Pool pool(1, kBatch);
  std::atomic<size_t> wrong{0};
  std::vector<std::thread> callers;
  for (size_t i = 0; i < 8; ++i) {
    callers.emplace_back([&, i] {
      for (int round = 0; round < 50; ++round) {
        Batch batch(1 + i % 3);
        batch.Run(pool.pool.get());
        wrong += batch.Wrong(YOLO_OK);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(wrong == 0);
  CHECK(pool.script.images == 50 * (1 + 2 + 3 + 1 + 2 + 3 + 1 + 2));
  CHECK(pool.script.largest > 1);
}

TEST_CASE("what fails or throws fails the images that ran, and no others") {
  Pool pool(2, kBatch);
  Batch batch(20);
  pool.script.fails = true;
  batch.Run(pool.pool.get());
  CHECK(batch.Wrong(YOLO_ERROR_DEVICE) == 0);
  pool.script.throws = true;
  batch.Run(pool.pool.get());
  CHECK(batch.Wrong(YOLO_ERROR_INTERNAL) == 0);
  pool.script.fails = pool.script.throws = false;
  batch.Run(pool.pool.get());
  CHECK(batch.Wrong(YOLO_OK) == 0);
}

TEST_CASE("the spare device takes over what a lost one leaves") {
  Batch expected(37);
  Pool healthy(1, kBatch);
  expected.Run(healthy.pool.get());
  Pool pool(3, kBatch);
  pool.AddSpare();
  Batch batch(37);
  // Lost with images in its lanes, which fail, and then known to be lost.
  pool.script.fails = pool.script.lost = true;
  batch.Run(pool.pool.get());
  CHECK(batch.Wrong(YOLO_OK, YOLO_NOTE_FALLBACK) == 0);
  CHECK(SameBoxes(expected, batch));
  CHECK(pool.script.images == 0);
  CHECK(pool.spare_script.images == 30);
}

}  // namespace
}  // namespace yolo
