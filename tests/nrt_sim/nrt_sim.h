// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What the simulated libnrt.so.1 offers beyond libnrt's own functions: how
// tests tell it what to be. Found by dlsym. Nothing measured with it says
// anything about a real device.
//
// nrt_sim_configure takes "key=value;key=value"; so does $NRT_SIM_CONFIG, which
// is read when the library is loaded and at each nrt_sim_reset.
//
//   devices=0         the instance has no Neuron device
//   cores=4           of the instance
//   version=2.34.10.0 decides what is not given below
//   dtypes=old|new    numbering of types; default: new from 2.30
//   dtype_unknown=1   tensors have type 0
//   inf1=1            the instance says that it is of family Inf1
//   virtual=0|1       VIRTUAL tensors and attached buffers; default: up to 2.31
//   exec_us=0         microseconds that a core takes for one execution
//   exec_us.3=50000   the same of core 3 alone
//   load_us=0         microseconds of nrt_load
//   compute=real      each execution runs the network, or
//   compute=replay    repeats the first one's results: hosts can be measured
//   stack_kib=4096    of the caller's stack that nrt_execute touches
//   memory=17179869184  bytes of device memory of each core
//   lock_dir=PATH     processes that name the same folder share the cores
//   reinit=0|1        nrt_init after nrt_close works; default: from 2.34
//   inject=F:CORE:NTH:TIMES:STATUS   see nrt_sim_inject
//
// What is undefined in libnrt ends the process here, with a line on stderr: use
// of what was freed, a tensor changed while a core works on it, two executions
// with the same outputs, reads and writes out of bounds, nrt_close before
// nrt_unload, before 2.29.40 freeing a tensor that has no memory.
#ifndef YOLO_TESTS_NRT_SIM_NRT_SIM_H_
#define YOLO_TESTS_NRT_SIM_NRT_SIM_H_

#include <cstdint>

#define NRT_SIM_API __attribute__((visibility("default")))

extern "C" {

// 0, or -1 when the text makes no sense; stderr says why.
NRT_SIM_API int nrt_sim_configure(const char* text);

// As if the library had just been loaded. Nothing may be running.
NRT_SIM_API void nrt_sim_reset();

// `function` returns `status` on its calls nth, ..., nth + times - 1 from now
// (from 1) that concern `core` (-1: any); times 0: on every call from nth on.
// nrt_execute does its work nevertheless if the status says "completed".
NRT_SIM_API void nrt_sim_inject(const char* function, int core, uint64_t nth,
                                uint64_t times, uint32_t status);

// The status of an execution that does not come back until nrt_sim_release,
// and then with NRT_TIMEOUT; its core stands still.
#define NRT_SIM_STUCK 0xFFFFFFFFu

NRT_SIM_API void nrt_sim_release();

// How often a function was called ("nrt_execute") since the reset, or: "stuck"
// executions now, "models", "tensors", "sets" and "infos" that live,
// "device_bytes" in use, "loads_at_once" (the most ever).
NRT_SIM_API uint64_t nrt_sim_count(const char* what);

}  // extern "C"

#endif  // YOLO_TESTS_NRT_SIM_NRT_SIM_H_
