// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A program's own malloc and operator new go before those of libc and
// libstdc++. Nothing here may allocate.
#include "support/failing_malloc.h"

#include <link.h>
#include <unwind.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define YOLO_OWN_MALLOC 1
#else
#define YOLO_OWN_MALLOC 0
#endif

namespace {

std::atomic<bool> armed{false};
std::atomic<int64_t> counted{0}, failed{0}, let_through{0};
int64_t first_to_fail = 0;
bool fails_onwards = false;

// Code of libraries that cannot do without memory.
struct Range {
  uintptr_t begin, end;
};
constexpr const char* kLetThrough[] = {"libdnnl", "libgomp", "libnrt",
                                       "ld-linux"};
constexpr size_t kMaxRanges = 16;
Range ranges[kMaxRanges];
size_t num_ranges = 0;

int FindRanges(dl_phdr_info* library, size_t, void*) {
  bool wanted = false;
  for (const char* name : kLetThrough) {
    wanted |= std::strstr(library->dlpi_name, name) != nullptr;
  }
  for (int i = 0; wanted && i < library->dlpi_phnum; ++i) {
    const auto& part = library->dlpi_phdr[i];
    if (part.p_type != PT_LOAD || !(part.p_flags & PF_X)) continue;
    const uintptr_t begin = library->dlpi_addr + part.p_vaddr;
    if (num_ranges < kMaxRanges) {
      ranges[num_ranges++] = {begin, begin + part.p_memsz};
    }
  }
  return 0;
}

bool IsLetThrough(uintptr_t address) {
  for (size_t i = 0; i < num_ranges; ++i) {
    if (ranges[i].begin <= address && address < ranges[i].end) return true;
  }
  return false;
}

_Unwind_Reason_Code LookAtFrame(_Unwind_Context* context, void* found) {
  if (!IsLetThrough(_Unwind_GetIP(context))) return _URC_NO_REASON;
  *static_cast<bool*>(found) = true;
  return _URC_END_OF_STACK;
}

// Whether this allocation, called for from `caller`, is to fail.
bool Fails(const void* caller) {
  thread_local bool inside = false;
  if (!armed || inside) return false;
  if (IsLetThrough(reinterpret_cast<uintptr_t>(caller))) return false;
  const int64_t index = counted++;
  if (fails_onwards ? index < first_to_fail : index != first_to_fail) {
    return false;
  }
  inside = true;
  bool found = false;
  _Unwind_Backtrace(LookAtFrame, &found);
  inside = false;
  ++(found ? let_through : failed);
  return !found;
}

// The blocks that are alive, in a table that a spinning lock guards.
constexpr size_t kTableSize = size_t{1} << 16;
void* table[kTableSize];
int64_t live = 0;
std::atomic_flag table_lock = ATOMIC_FLAG_INIT;

size_t Hash(const void* memory) {
  return (reinterpret_cast<uintptr_t>(memory) >> 4) * 0x9E3779B1u % kTableSize;
}

// What lay at a place that was emptied is marked, so that searches go on.
void* const kGone = &table;

void* Note(void* memory, const void* caller) {
  if (!armed || !memory) return memory;
  if (IsLetThrough(reinterpret_cast<uintptr_t>(caller))) return memory;
  while (table_lock.test_and_set()) {
  }
  size_t i = Hash(memory);
  while (table[i] && table[i] != kGone) i = (i + 1) % kTableSize;
  table[i] = memory;
  ++live;
  table_lock.clear();
  return memory;
}

void Forget(void* memory) {
  if (!memory) return;
  while (table_lock.test_and_set()) {
  }
  if (live != 0) {
    for (size_t i = Hash(memory); table[i]; i = (i + 1) % kTableSize) {
      if (table[i] != memory) continue;
      table[i] = kGone;
      --live;
      break;
    }
    // The marks go when nothing is looked for any more.
    if (live == 0) std::memset(table, 0, sizeof(table));
  }
  table_lock.clear();
}

}  // namespace

#if YOLO_OWN_MALLOC

extern "C" {

// glibc's own names for what is replaced here.
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* memory);

void* malloc(size_t size) {
  const void* const caller = __builtin_return_address(0);
  if (!Fails(caller)) return Note(__libc_malloc(size), caller);
  errno = ENOMEM;
  return nullptr;
}
void* calloc(size_t count, size_t size) {
  const void* const caller = __builtin_return_address(0);
  if (!Fails(caller)) return Note(__libc_calloc(count, size), caller);
  errno = ENOMEM;
  return nullptr;
}
void* realloc(void* memory, size_t size) {
  const void* const caller = __builtin_return_address(0);
  if (!Fails(caller)) {
    Forget(memory);
    return Note(__libc_realloc(memory, size), caller);
  }
  errno = ENOMEM;
  return nullptr;
}
void* memalign(size_t alignment, size_t size) {
  const void* const caller = __builtin_return_address(0);
  if (!Fails(caller)) return Note(__libc_memalign(alignment, size), caller);
  errno = ENOMEM;
  return nullptr;
}
void* aligned_alloc(size_t alignment, size_t size) {
  const void* const caller = __builtin_return_address(0);
  if (!Fails(caller)) return Note(__libc_memalign(alignment, size), caller);
  errno = ENOMEM;
  return nullptr;
}
int posix_memalign(void** out, size_t alignment, size_t size) {
  const void* const caller = __builtin_return_address(0);
  if (Fails(caller)) return ENOMEM;
  void* const memory = Note(__libc_memalign(alignment, size), caller);
  if (!memory) return ENOMEM;
  *out = memory;
  return 0;
}
void free(void* memory) {
  Forget(memory);
  __libc_free(memory);
}

}  // extern "C"

static void* Take(size_t size) { return __libc_malloc(size); }
static void Give(void* memory) { __libc_free(memory); }

#else

static void* Take(size_t size) { return std::malloc(size); }
static void Give(void* memory) { std::free(memory); }

#endif

static void* TryNew(size_t size, const void* caller) noexcept {
  return Fails(caller) ? nullptr : Note(Take(size ? size : 1), caller);
}

static void* New(size_t size, const void* caller) {
  void* const memory = TryNew(size, caller);
  if (!memory) throw std::bad_alloc();
  return memory;
}

static void Delete(void* memory) noexcept {
  Forget(memory);
  Give(memory);
}

// Not inlined: the caller is what counts.
[[gnu::noinline]] void* operator new(size_t size) {
  return New(size, __builtin_return_address(0));
}
[[gnu::noinline]] void* operator new[](size_t size) {
  return New(size, __builtin_return_address(0));
}
[[gnu::noinline]] void* operator new(size_t size,
                                     const std::nothrow_t&) noexcept {
  return TryNew(size, __builtin_return_address(0));
}
[[gnu::noinline]] void* operator new[](size_t size,
                                       const std::nothrow_t&) noexcept {
  return TryNew(size, __builtin_return_address(0));
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  Delete(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept {
  Delete(memory);
}
[[gnu::noinline]] void operator delete[](void* memory) noexcept {
  Delete(memory);
}
[[gnu::noinline]] void operator delete[](void* memory, size_t) noexcept {
  Delete(memory);
}

namespace yolo::testing {

bool MallocFails() { return YOLO_OWN_MALLOC; }

void ArmMalloc(int64_t first, bool onwards) {
  num_ranges = 0;
  dl_iterate_phdr(FindRanges, nullptr);
  first_to_fail = first;
  fails_onwards = onwards;
  counted = failed = let_through = 0;
  armed = true;
}

MallocTally DisarmMalloc() {
  armed = false;
  return {counted, failed, let_through};
}

int64_t LiveBlocks() { return live; }

}  // namespace yolo::testing
