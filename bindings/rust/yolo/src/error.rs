// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
use crate::text;
use std::fmt;
use yolo_sys as sys;

/// What a call returns.
pub type Result<T> = std::result::Result<T, Error>;

macro_rules! errors {
    ($($(#[$doc:meta])* $variant:ident = $status:ident,)*) => {
        /// Why a call failed: what kind of failure, and one line for people that
        /// names the file, field, offset or image.
        #[non_exhaustive]
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Error {
            $($(#[$doc])* $variant(String),)*
            /// A status that this version of the crate does not know.
            Unknown(i32, String),
        }

        impl Error {
            fn new(status: sys::yolo_status, message: String) -> Error {
                match status {
                    $(sys::$status => Error::$variant(message),)*
                    _ => Error::Unknown(status, message),
                }
            }

            /// The number that the C API gives it, a `YOLO_ERROR_` of `yolo_sys`.
            pub fn status(&self) -> i32 {
                match self {
                    $(Error::$variant(_) => sys::$status,)*
                    Error::Unknown(status, _) => *status,
                }
            }

            /// One line, for people.
            pub fn message(&self) -> &str {
                match self {
                    $(Error::$variant(message) => message,)*
                    Error::Unknown(_, message) => message,
                }
            }
        }
    };
}

errors! {
    /// The call is wrong: a range, a size.
    InvalidArgument = YOLO_ERROR_INVALID_ARGUMENT,
    /// There is no memory, or not as much as `max_bytes` allows.
    OutOfMemory = YOLO_ERROR_OUT_OF_MEMORY,
    /// A file cannot be opened or read.
    Io = YOLO_ERROR_IO,
    /// The model's bytes contradict themselves.
    BadModel = YOLO_ERROR_BAD_MODEL,
    /// The model is valid, but uses what is not built.
    UnsupportedModel = YOLO_ERROR_UNSUPPORTED_MODEL,
    /// The image's bytes cannot be decoded.
    BadImage = YOLO_ERROR_BAD_IMAGE,
    /// The image is valid, but not 8-bit, or lossless, ...
    UnsupportedImage = YOLO_ERROR_UNSUPPORTED_IMAGE,
    /// Over a limit that an option sets.
    Limit = YOLO_ERROR_LIMIT,
    /// The device asked for is not here.
    DeviceUnavailable = YOLO_ERROR_DEVICE_UNAVAILABLE,
    /// The device failed while running.
    Device = YOLO_ERROR_DEVICE,
    /// These bindings and the library that is running do not fit.
    Version = YOLO_ERROR_VERSION,
    /// The detector was made before `fork`, in another process.
    Forked = YOLO_ERROR_FORKED,
    /// A defect of libyolo; please report it.
    Internal = YOLO_ERROR_INTERNAL,
}

impl Error {
    /// The name that the C API gives it, such as `"YOLO_ERROR_BAD_IMAGE"`.
    pub fn name(&self) -> String {
        // SAFETY: any number is fine; static storage.
        unsafe { text::copy(sys::yolo_status_string(self.status())) }
    }

    /// Turns the status of a call that this thread has just made into a result.
    pub(crate) fn check(status: sys::yolo_status) -> Result<()> {
        if status == sys::YOLO_OK {
            return Ok(());
        }
        // SAFETY: lives until this thread's next call.
        Err(Error::new(status, unsafe { text::copy(sys::yolo_last_error()) }))
    }

    /// Turns the status of one image of a batch into a result.
    pub(crate) fn check_image(result: &sys::yolo_result) -> Result<()> {
        if result.status == sys::YOLO_OK {
            return Ok(());
        }
        // SAFETY: the library ends every message with a NUL.
        let message = unsafe { text::copy(result.message.as_ptr()) };
        Err(Error::new(result.status, message))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Error {}
