// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The queue, the workers, and what a thread with a lane does.
#include "lane_pool.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

namespace yolo {
namespace {

// Element `i` of a caller's array whose elements are `step` bytes apart.
template <class T>
T* Element(T* array, size_t step, size_t i) {
  using Byte = std::conditional_t<std::is_const_v<T>, const uint8_t, uint8_t>;
  return reinterpret_cast<T*>(reinterpret_cast<Byte*>(array) + i * step);
}

// The caller's image, whose struct may be older or newer than ours.
Status ReadImage(const yolo_image* in, size_t size, yolo_image* out) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(in);
  for (size_t i = sizeof(*out); i < size; ++i) {
    if (bytes[i] != 0) {
      return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "byte ", i,
                           " of yolo_image is set: a field that this version "
                           "does not know");
    }
  }
  *out = YOLO_IMAGE_INIT;
  std::memcpy(out, in, std::min(size, sizeof(*out)));
  if (!out->data) {
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "data is NULL");
  }
  return Status::Ok();
}

void WriteMessage(const Message& message, yolo_result* result) {
  std::memcpy(result->message, message.c_str(), message.view().size() + 1);
}

void Fail(yolo_status status, const char* why, yolo_result* result) {
  result->status = status;
  WriteMessage(Message(why), result);
}

// To the caller's result, of which only struct_size bytes are ours to write.
void WriteResult(const yolo_result& from, size_t size, yolo_result* to) {
  constexpr size_t kSkip = sizeof(to->struct_size);
  constexpr size_t text = offsetof(yolo_result, message);
  size = std::min(size, sizeof(from));
  // The message is mostly empty: copy only what it holds.
  const size_t used = text + std::strlen(from.message) + 1;
  std::memcpy(reinterpret_cast<uint8_t*>(to) + kSkip,
              reinterpret_cast<const uint8_t*>(&from) + kSkip,
              std::min(size, used) - kSkip);
  constexpr size_t kAfter = text + sizeof(from.message);
  if (size > kAfter) {
    std::memcpy(reinterpret_cast<uint8_t*>(to) + kAfter,
                reinterpret_cast<const uint8_t*>(&from) + kAfter,
                size - kAfter);
  }
}

// Waking a worker costs its waker some 10 us, and it starts 10 to 20 us later
// (docs/design.md): less work than this, in nanoseconds, stays with its
// caller's thread.
constexpr uint64_t kWakeNs = 50000;

uint64_t Nanoseconds(std::chrono::steady_clock::duration time) {
  return static_cast<uint64_t>(std::chrono::nanoseconds(time).count());
}

}  // namespace

LanePool::LanePool(std::vector<std::unique_ptr<Lane>>* lanes,
                   size_t threads_per_lane)
    : threads_per_lane_(threads_per_lane),
      budget_(std::max(lanes->size(), threads_per_lane)) {
  for (const auto& lane : *lanes) {
    slots_.push_back(std::make_unique<Slot>());
    slots_.back()->lane = lane.get();
    slots_.back()->items.resize(lane->batch());
    slots_.back()->images.resize(lane->batch());
    free_.push_back(slots_.back().get());
  }
  // A lane in use is driven by a worker or by its call's own thread; when all
  // but one are driven by workers, the last one's caller is free to drive.
  for (size_t i = 1; i < budget_; ++i) {
    workers_.push_back(std::make_unique<Worker>());
  }
  idle_.reserve(workers_.size());
}

Status LanePool::Start() {
  for (const auto& worker : workers_) {
    if (!worker->thread.Start([this, w = worker.get()] { Work(w); })) {
      return Status::Error(YOLO_ERROR_OUT_OF_MEMORY,
                           "cannot start a worker thread");
    }
  }
  return Status::Ok();
}

LanePool::~LanePool() {
  {
    Lock lock(mutex_);
    left_.wait(lock, [this] { return running_ == 0; });
    stopping_ = true;
    for (const auto& worker : workers_) worker->changed.notify_one();
  }
  workers_.clear();
}

void LanePool::Run(const Job& job) {
  if (job.num_images == 0) return;
  Call call{job, std::chrono::steady_clock::now()};
  Lock lock(mutex_);
  ++running_;
  Append(&call);
  Dispatch();
  while (call.done < job.num_images) {
    call.changed.wait(
        lock, [&] { return call.granted || call.done == job.num_images; });
    if (!call.granted) continue;
    Drive(std::exchange(call.granted, nullptr), &call, &lock);
    call.driving = false;
    Dispatch();
  }
  // Under the lock: the pool may end as soon as that is free.
  if (--running_ == 0) left_.notify_all();
}

void LanePool::Work(Worker* self) {
  Lock lock(mutex_);
  while (!stopping_) {
    if (self->granted) {
      Drive(std::exchange(self->granted, nullptr), nullptr, &lock);
    } else if (HelpedTeam* team = std::exchange(self->team, nullptr)) {
      lock.unlock();
      team->Help(wanted_);
      lock.lock();
      --helping_;
    } else if (first_ && !free_.empty()) {
      Slot* slot = free_.back();
      free_.pop_back();
      Take(first_, slot);
      Drive(slot, nullptr, &lock);
    } else {
      UpdateWanted();
      idle_.push_back(self);
      self->changed.wait(lock);
      // Whoever granted something took it off the list; a stray wake did not.
      std::erase(idle_, self);
    }
  }
}

// Runs images on one lane while there are any. A caller's thread stops when
// nobody has to take an image of its own call any more.
void LanePool::Drive(Slot* slot, Call* own, Lock* lock) {
  while (true) {
    lock->unlock();
    const uint64_t ns = Process(slot);
    lock->lock();
    typical_ns_ = (3 * typical_ns_ + ns / slot->num_items) / 4;
    for (size_t i = 0; i < slot->num_items; ++i) {
      Call& call = *slot->items[i].call;
      ++call.done;
      if (call.done == call.job.num_images && &call != own) {
        call.changed.notify_one();
      }
    }
    // What looked too small to wake a worker for may not be.
    Dispatch();
    const bool own_taken = own && own->next == own->job.num_images;
    if (!first_ || own_taken) break;
    Take(first_, slot);
  }
  free_.push_back(slot);
  Dispatch();
}

// An image fails alone even when what failed it should have been impossible.
void LanePool::DetectOn(Slot* slot) {
  const std::span<LaneImage> images(slot->images.data(), slot->num_items);
  const auto fail = [images](yolo_status status, const char* why) {
    for (LaneImage& image : images) {
      if (!image.finished) Fail(status, why, &image.result);
    }
  };
  try {
    slot->lane->Detect(images, &slot->team, [&] {
      if (threads_per_lane_ > 1) slot->team.OpenWhenShared(this);
    });
  } catch (const std::bad_alloc&) {
    fail(YOLO_ERROR_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception& e) {
    fail(YOLO_ERROR_INTERNAL, e.what());
  } catch (...) {
    fail(YOLO_ERROR_INTERNAL, "unknown exception");
  }
  slot->team.Close();
}

// Returns how long it took, in nanoseconds.
uint64_t LanePool::Process(Slot* slot) {
  const auto start = std::chrono::steady_clock::now();
  for (size_t i = 0; i < slot->num_items; ++i) {
    const Item& item = slot->items[i];
    const Job& job = item.call->job;
    LaneImage& image = slot->images[i];
    image.detections = job.detections + item.index * job.capacity;
    image.capacity = job.capacity;
    image.result = YOLO_RESULT_INIT;
    image.result.core = -1;
    image.result.ns_wait = Nanoseconds(start - item.call->start);
    const Status status =
        ReadImage(Element(job.images, job.image_step, item.index),
                  job.image_step, &image.image);
    image.finished = !status.ok();
    if (!status.ok()) Fail(status.code(), status.message(), &image.result);
  }
  DetectOn(slot);
  for (size_t i = 0; i < slot->num_items; ++i) {
    const Item& item = slot->items[i];
    const Job& job = item.call->job;
    yolo_result& result = slot->images[i].result;
    if (result.status != YOLO_OK && job.name_index) {
      const Message text(result.message);
      WriteMessage(Message("image ", item.index, ": ", text.view()), &result);
    }
    WriteResult(result, job.result_step,
                Element(job.results, job.result_step, item.index));
  }
  return Nanoseconds(std::chrono::steady_clock::now() - start);
}

// Idle workers join the team of an image whose network has work to share,
// unless images are waiting for them.
void LanePool::Recruit(HelpedTeam* team) {
  const Lock lock(mutex_);
  const size_t running = slots_.size() - free_.size() + helping_;
  if (first_ || running >= budget_) return;
  const size_t helpers =
      std::min({threads_per_lane_ - 1, idle_.size(), budget_ - running});
  if (helpers == 0) return;
  team->Open(1 + helpers);
  for (size_t i = 0; i < helpers; ++i) {
    Worker* worker = idle_.back();
    idle_.pop_back();
    worker->team = team;
    worker->changed.notify_one();
  }
  helping_ += helpers;
}

// The first call in the queue that a free lane is for: its own thread waits for
// one, or a worker is idle and there is enough to do.
LanePool::Call* LanePool::NextToServe() const {
  for (Call* call = first_; call; call = call->following) {
    if (!call->driving) return call;
    const uint64_t left = call->job.num_images - call->next;
    if (!idle_.empty() && left * typical_ns_ > kWakeNs) return call;
  }
  return nullptr;
}

// Brings free lanes and waiting images together, as far as threads go.
void LanePool::Dispatch() {
  while (!free_.empty()) {
    Call* call = NextToServe();
    if (!call) break;
    Slot* slot = free_.back();
    free_.pop_back();
    Take(call, slot);
    if (!call->driving) {
      call->driving = true;
      call->granted = slot;
      call->changed.notify_one();
    } else {
      Worker* worker = idle_.back();
      idle_.pop_back();
      worker->granted = slot;
      worker->changed.notify_one();
    }
  }
  UpdateWanted();
}

void LanePool::UpdateWanted() {
  const size_t in_use = slots_.size() - free_.size();
  const bool unserved = first_ && !free_.empty();
  wanted_.store(unserved || (helping_ > 0 && in_use + helping_ > budget_),
                std::memory_order_relaxed);
}

void LanePool::Append(Call* call) {
  call->following = nullptr;
  (last_ ? last_->following : first_) = call;
  last_ = call;
}

void LanePool::Remove(Call* call) {
  Call* before = nullptr;
  for (Call* c = first_; c != call; c = c->following) before = c;
  (before ? before->following : first_) = call->following;
  if (last_ == call) last_ = before;
}

// The next image of a queued call, which then goes to the end of the queue; and
// those of the calls behind it, as far as the lane has room for them.
void LanePool::Take(Call* call, Slot* slot) {
  slot->num_items = 0;
  while (call && slot->num_items < slot->items.size()) {
    Remove(call);
    slot->items[slot->num_items++] = {call, call->next++};
    if (call->next < call->job.num_images) Append(call);
    call = first_;
  }
}

}  // namespace yolo
