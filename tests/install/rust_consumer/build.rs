// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What yolo-sys tells the packages that depend on it.
use std::env;
use std::path::Path;

fn main() {
    let told = |name| env::var(name).unwrap_or_else(|_| panic!("{} is not set", name));
    let header = Path::new(&told("DEP_YOLO_INCLUDE")).join("yolo/yolo.h");
    assert!(header.exists(), "{}", header.display());
    let is_static = cfg!(any(feature = "static", feature = "vendored"));
    let library = if is_static { "libyolo.a" } else { "libyolo.so" };
    let library = Path::new(&told("DEP_YOLO_LIB_DIR")).join(library);
    assert!(library.exists(), "{}", library.display());
    assert_eq!(told("DEP_YOLO_STATIC"), is_static.to_string());
    assert!(told("DEP_YOLO_VERSION").starts_with("0.1."));
}
