// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs: a seat is found, its thread makes the calls, and their outcome is
// judged.
#include "device/neuron_cores.h"

#include <algorithm>
#include <cstring>
#include <thread>
#include <utility>

namespace yolo {
namespace {

using Clock = std::chrono::steady_clock;

// Of a call that says "later": 1, 2, 4, ... milliseconds apart.
constexpr int kMaxRetries = 6;

// An image that loses this many cores in turn has had its chances.
constexpr int kMaxMoves = 3;

}  // namespace

// ---- The seat's thread -----------------------------------------------------

// Input to the device, execution, outputs back: once. What is attached is moved
// by the execution.
NrtStatus NeuronCores::Transfer(const Seat& seat) {
  const bool copies = memory_ != Memory::kAttached;
  if (copies) {
    const NrtStatus written =
        nrt_->Write(seat.tensors.input, seat.from, 0, plan_.input.size);
    if (!written.ok()) return written;
  }
  const NrtStatus executed = nrt_->Execute(seat.core->model, seat.in, seat.out);
  if (!executed.ok() || !copies) return executed;
  for (size_t i = 0; i < seat.to.size(); ++i) {
    const NrtStatus read = nrt_->Read(seat.tensors.outputs[i], seat.to[i], 0,
                                      plan_.outputs[i].size);
    if (!read.ok()) return read;
  }
  return executed;  // may say that a NaN appeared
}

NeuronCores::Outcome NeuronCores::Execute(const Seat& seat) {
  Outcome outcome;
  const auto start = Clock::now();
  while (true) {
    const NrtStatus status = Transfer(seat);
    outcome.status = status;
    outcome.code = status.raw();
    if (status.reaction() != NrtReaction::kRetry ||
        outcome.retries == kMaxRetries) {
      break;
    }
    std::this_thread::sleep_for(
        std::chrono::milliseconds(1 << outcome.retries++));
  }
  outcome.ns = static_cast<uint64_t>(
      std::chrono::nanoseconds(Clock::now() - start).count());
  return outcome;
}

void NeuronCores::Work(Seat* seat) {
  Lock lock(mutex_);
  while (true) {
    seat->given.wait(
        lock, [&] { return stopping_ || seat->phase == Seat::Phase::kGiven; });
    if (seat->phase != Seat::Phase::kGiven) return;
    lock.unlock();
    const Outcome outcome = Execute(*seat);
    lock.lock();
    if (seat->phase == Seat::Phase::kLeft) {  // nobody waits any more
      seat->phase = Seat::Phase::kEnded;
      return;
    }
    seat->outcome = outcome;
    seat->phase = Seat::Phase::kReturned;
    seat->returned.notify_one();
  }
}

// ---- Runs ------------------------------------------------------------------

// A free seat on the ready core that has least to do.
NeuronCores::Seat* NeuronCores::FindSeat() {
  Seat* best = nullptr;
  for (size_t i = 0; i < cores_.size(); ++i) {
    const Core& core = *cores_[(next_core_ + i) % cores_.size()];
    if (core.state != YOLO_CORE_READY) continue;
    if (best && best->core->in_flight <= core.in_flight) continue;
    for (const auto& seat : core.seats) {
      if (seat->phase != Seat::Phase::kFree) continue;
      best = seat.get();
      break;
    }
  }
  next_core_ = (next_core_ + 1) % cores_.size();
  return best;
}

// Waits for one; nullptr when no core is left.
NeuronCores::Seat* NeuronCores::TakeSeat(Lock* lock) {
  Seat* seat = nullptr;
  changed_.wait(*lock, [&] { return num_ready_ == 0 || (seat = FindSeat()); });
  return seat;
}

Status NeuronCores::Run(NeuronHost* host, size_t num_images, RunNotes* notes) {
  Lock lock(mutex_);
  for (int moves = 0;; ++moves) {
    Seat* const seat = TakeSeat(&lock);
    if (!seat) return LostError();
    Status status = Status::Ok();
    const Verdict verdict = RunOn(seat, host, &lock, &status, notes);
    yolo_core_stats& stats = seat->core->stats;
    (verdict == Verdict::kDone ? stats.images : stats.failures) += num_images;
    if (verdict == Verdict::kDone) return Status::Ok();
    if (verdict == Verdict::kFailed || moves == kMaxMoves) return status;
  }
}

NeuronCores::Verdict NeuronCores::RunOn(Seat* seat, NeuronHost* host,
                                        Lock* lock, Status* status,
                                        RunNotes* notes) {
  Core& core = *seat->core;
  seat->phase = Seat::Phase::kGiven;
  seat->from = host->input;
  seat->to = host->outputs;
  const NeuronTensors& tensors =
      memory_ == Memory::kAttached ? host->tensors : seat->tensors;
  seat->in = tensors.in;
  seat->out = tensors.out;
  ++core.in_flight;
  seat->given.notify_one();
  // A core executes one at a time: those before this one may take as long.
  const auto deadline =
      Clock::now() +
      options_.timeout *
          static_cast<std::chrono::milliseconds::rep>(core.in_flight);
  const bool heard = seat->returned.wait_until(*lock, deadline, [&] {
    return seat->phase == Seat::Phase::kReturned ||
           core.state == YOLO_CORE_STUCK;
  });
  if (seat->phase != Seat::Phase::kReturned) {
    if (!heard) {
      const auto ms = static_cast<int64_t>(options_.timeout.count());
      *status = Status::Error(YOLO_ERROR_DEVICE, "core ", core.number,
                              ": an execution did not end within ", ms, " ms");
      Latch(&core, YOLO_CORE_STUCK, *status, nrt::NRT_TIMEOUT);
    } else {
      *status = core.error;
    }
    const Verdict verdict = GiveUp(seat, host, lock, status);
    return heard ? verdict : Verdict::kFailed;
  }
  --core.in_flight;
  seat->phase = Seat::Phase::kFree;
  const Verdict verdict = Judge(seat, status, notes);
  changed_.notify_one();
  return verdict;
}

// The thread has come back: with what?
NeuronCores::Verdict NeuronCores::Judge(Seat* seat, Status* status,
                                        RunNotes* notes) {
  Core& core = *seat->core;
  const Outcome& outcome = seat->outcome;
  core.stats.retries += outcome.retries;
  core.stats.ns_executing += outcome.ns;
  *status = outcome.status;
  const NrtRule& rule = NrtRuleFor(outcome.code);
  const NrtReaction reaction = rule.reaction;
  if (reaction == NrtReaction::kLatchDevice) {
    for (const auto& other : cores_) {
      Latch(other.get(), YOLO_CORE_FAILED, *status, outcome.code);
    }
  } else if (reaction == NrtReaction::kLatchCore ||
             (!status->ok() && rule.latch_after > 0 &&
              ++core.failures_in_row >= rule.latch_after)) {
    Latch(&core, YOLO_CORE_FAILED, *status, outcome.code);
  }
  // Of a core that has been given up meanwhile, results are not trusted.
  if (core.state != YOLO_CORE_READY) {
    if (status->ok()) *status = core.error;
    return Verdict::kMoved;
  }
  if (!status->ok()) {
    return Verdict::kFailed;
  }
  core.failures_in_row = 0;
  ++core.stats.executions;
  notes->core = core.number;
  if (reaction == NrtReaction::kFlag) {
    notes->notes |= YOLO_NOTE_NUMERIC;
    if (core.stats.numeric++ == 0) {
      options_.log.Warning("device neuron: core ", core.number, ": ", rule.name,
                           ": ", rule.meaning);
    }
  }
  return Verdict::kDone;
}

// libnrt has not come back and may never: it keeps the seat and the memory, and
// the run goes on with a copy.
NeuronCores::Verdict NeuronCores::GiveUp(Seat* seat, NeuronHost* host,
                                         Lock* lock, Status* status) {
  seat->phase = Seat::Phase::kLeft;
  seat->kept = std::move(*host);
  *host = {};
  lock->unlock();
  const Status made = NewHost(host);
  if (made.ok()) std::memcpy(host->input, seat->from, plan_.input.size);
  lock->lock();
  if (made.ok()) return Verdict::kMoved;
  *status = Status::Error(made.code(), status->message(),
                          "; to try another core: ", made.message());
  return Verdict::kFailed;
}

void NeuronCores::Latch(Core* core, int32_t state, const Status& error,
                        nrt::NRT_STATUS code) {
  if (core->state != YOLO_CORE_READY) return;
  core->state = state;
  core->error = error;
  core->code = code;
  --num_ready_;
  options_.log.Warning("device neuron: core ", core->number,
                       " is not used any more, ", num_ready_, " of ",
                       cores_.size(), " are left: ", error.message());
  for (const auto& seat : core->seats) seat->returned.notify_one();
  changed_.notify_all();
}

Status NeuronCores::LostError() const {
  const Core& core = *cores_.front();
  return Status::Error(YOLO_ERROR_DEVICE, "device neuron is lost, all ",
                       cores_.size(), " cores of it; core ", core.number, ": ",
                       core.error.message());
}

// ---- What became of the cores ----------------------------------------------

bool NeuronCores::IsLost() const { return num_ready() == 0; }

size_t NeuronCores::num_ready() const {
  const Lock lock(mutex_);
  return num_ready_;
}

void NeuronCores::GetStats(size_t i, yolo_core_stats* out) const {
  const Core& core = *cores_[i];
  {
    const Lock lock(mutex_);
    *out = core.stats;
    out->core = static_cast<uint32_t>(core.number);
    out->state = core.state;
    out->status = core.code;
    out->in_flight = static_cast<uint32_t>(core.in_flight);
    std::memcpy(out->message, core.error.message(),
                std::strlen(core.error.message()) + 1);
  }
  if (out->state == YOLO_CORE_STUCK || !nrt_->HasMemoryStats()) return;
  NrtMemoryStats memory;
  if (!nrt_->MemoryStats(core.number, &memory).ok()) return;
  out->bytes_used = memory.used;
  out->bytes_limit = memory.limit;
}

}  // namespace yolo
