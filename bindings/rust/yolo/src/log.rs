// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
use crate::LogLevel;
use std::cell::Cell;
use std::ffi::CStr;
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};

pub(crate) type LogFn = Box<dyn Fn(LogLevel, &str) + Send + Sync>;

thread_local! {
    // The clippy of 1.63 takes the initialiser for a constant.
    #[allow(clippy::declare_interior_mutable_const)]
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Whether this thread is in a log callback, that is, inside the library.
pub(crate) fn in_callback() -> bool {
    // A thread that ends has no callback above it.
    DEPTH.try_with(|depth| depth.get() > 0).unwrap_or(false)
}

/// The `yolo_log_fn` whose user pointer is a `LogFn`.
///
/// # Safety
/// `user` points at a `LogFn`, `message` at a C string; both live during the
/// call.
pub(crate) unsafe extern "C" fn receive(user: *mut c_void, level: i32, message: *const c_char) {
    // SAFETY: as above.
    let (callback, message) = unsafe { (&*(user as *const LogFn), CStr::from_ptr(message)) };
    let _ = DEPTH.try_with(|depth| depth.set(depth.get() + 1));
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        callback(LogLevel::from_raw(level), &message.to_string_lossy());
    }));
    let _ = DEPTH.try_with(|depth| depth.set(depth.get() - 1));
    if let Err(panic) = outcome {
        // Dropping what it carries might panic again.
        std::mem::forget(panic);
    }
}
