// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Strings from C and to C.
use crate::{Error, Result};
use std::ffi::{CStr, CString};
use std::os::raw::c_char;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Of bytes that are no UTF-8, U+FFFD. NULL is "".
///
/// # Safety
/// `text` is NULL or ends with a NUL and lives during the call.
pub(crate) unsafe fn copy(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: as above.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// `name` is the option's, for the error.
pub(crate) fn from_path(name: &str, path: &Path) -> Result<CString> {
    from_bytes(name, path.as_os_str().as_bytes())
}

pub(crate) fn from_bytes(name: &str, bytes: &[u8]) -> Result<CString> {
    CString::new(bytes).map_err(|error| {
        Error::InvalidArgument(format!("{} has a NUL at byte {}", name, error.nul_position()))
    })
}
