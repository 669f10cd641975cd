// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Who runs which image on which lane: callers, workers, and the queue.
#ifndef YOLO_LANE_POOL_H_
#define YOLO_LANE_POOL_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "base/helped_team.h"
#include "base/status.h"
#include "base/thread.h"
#include "lane.h"

namespace yolo {

// One call of yolo_detect or yolo_detect_batch, on its caller's stack.
struct Job {
  const yolo_image* images = nullptr;  // [num_images], image_step bytes apart
  size_t image_step = 0;
  size_t num_images = 0;
  yolo_detection* detections = nullptr;  // [num_images][capacity]
  size_t capacity = 0;
  yolo_result* results = nullptr;  // [num_images], result_step bytes apart
  size_t result_step = 0;
  bool name_index = false;  // messages begin with "image <index>: "
};

// Lends lanes to images, one call's image after the other's: calls take turns,
// in the order in which they came, image by image. A lane for several images
// takes as many as are waiting and waits for no more.
//
// A call with a free lane runs on its caller's thread; workers run what is left
// of batches. An image whose network shares work while other threads are idle
// is helped by them. Nothing here is allocated once the pool is made, and
// nobody spins while there is no work.
class LanePool : private HelpedTeam::Recruiter {
 public:
  // `lanes` outlive the pool. `threads_per_lane`: most threads on one image.
  LanePool(std::vector<std::unique_ptr<Lane>>* lanes, size_t threads_per_lane);
  // Waits for Run() in other threads; one that begins now is too late.
  ~LanePool() override;
  LanePool(const LanePool&) = delete;
  LanePool& operator=(const LanePool&) = delete;

  // Starts the workers. Errors: OUT_OF_MEMORY (no more threads).
  Status Start();

  // Returns when every image of the job has its result. Any thread.
  void Run(const Job& job);

 private:
  struct Call;
  struct Item {  // an image that was taken
    Call* call = nullptr;
    size_t index = 0;
  };
  struct Slot {  // a lane, those who help it, and what it works on
    Lane* lane = nullptr;
    HelpedTeam team;
    size_t num_items = 0;
    std::vector<Item> items;        // [lane's batch]
    std::vector<LaneImage> images;  // [lane's batch]
  };
  struct Call {  // a job in progress; all under mutex_
    const Job& job;
    std::chrono::steady_clock::time_point start;
    size_t next = 0;  // first image that nobody has taken
    size_t done = 0;
    bool driving = false;       // the caller's thread has a lane
    Slot* granted = nullptr;    // for the caller's thread to take up
    Call* following = nullptr;  // in the queue
    std::condition_variable changed;
  };
  struct Worker {
    Thread thread;
    Slot* granted = nullptr;
    HelpedTeam* team = nullptr;  // to help
    std::condition_variable changed;
  };
  using Lock = std::unique_lock<std::mutex>;

  void Work(Worker* self);
  void Drive(Slot* slot, Call* own, Lock* lock);
  uint64_t Process(Slot* slot);
  void DetectOn(Slot* slot);
  void Recruit(HelpedTeam* team) override;
  void Dispatch();
  void UpdateWanted();
  Call* NextToServe() const;
  void Append(Call* call);
  void Remove(Call* call);
  void Take(Call* call, Slot* slot);

  const size_t threads_per_lane_;
  const size_t budget_;  // threads that may run at once

  std::mutex mutex_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<Slot*> free_;
  std::vector<Worker*> idle_;
  Call* first_ = nullptr;  // queue of calls with images that nobody has taken
  Call* last_ = nullptr;
  size_t running_ = 0;             // calls of Run()
  std::condition_variable left_;   // ... the last one has
  size_t helping_ = 0;             // workers in a team
  uint64_t typical_ns_ = 1000000;  // of an image, nanoseconds; at first a guess
  bool stopping_ = false;
  // Helpers are wanted elsewhere: written under mutex_, read by helpers.
  std::atomic<bool> wanted_{false};
};

}  // namespace yolo

#endif  // YOLO_LANE_POOL_H_
