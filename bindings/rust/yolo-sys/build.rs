// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds libyolo, or builds it, and says how to link it: to rustc, and as
// DEP_YOLO_... to the build scripts of packages that depend on this one.
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::exit;

/// Where libyolo is and what is linked with it.
struct Found {
    lib_dir: PathBuf,
    include: Option<PathBuf>,
    version: Option<String>,
    /// Static only: the libraries that libyolo.a needs, in the linker's order.
    search: Vec<PathBuf>,
    needs: Vec<String>,
}

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for name in ["YOLO_LIB_DIR", "YOLO_ONEDNN", "DOCS_RS"] {
        println!("cargo:rerun-if-env-changed={}", name);
    }
    // Documentation links nothing.
    if env::var_os("DOCS_RS").is_some() {
        return;
    }
    // For the layout test, which runs the C compiler.
    println!("cargo:rustc-env=YOLO_SYS_TARGET={}", env::var("TARGET").unwrap_or_default());
    let is_static = cfg!(feature = "static");
    let found = find(is_static).unwrap_or_else(|why| {
        eprintln!("yolo-sys: {}", why);
        exit(1);
    });

    println!("cargo:rustc-link-search=native={}", found.lib_dir.display());
    for folder in &found.search {
        println!("cargo:rustc-link-search=native={}", folder.display());
    }
    let kind = if is_static { "static" } else { "dylib" };
    println!("cargo:rustc-link-lib={}=yolo", kind);
    for library in &found.needs {
        println!("cargo:rustc-link-lib={}", library);
    }

    println!("cargo:lib_dir={}", found.lib_dir.display());
    println!("cargo:static={}", is_static);
    if let Some(include) = found.include {
        println!("cargo:include={}", include.display());
    }
    if let Some(version) = found.version {
        println!("cargo:version={}", version);
    }
}

#[cfg(feature = "vendored")]
fn find(is_static: bool) -> Result<Found, String> {
    look_first_in(&build());
    ask_pkg_config(is_static)
}

#[cfg(not(feature = "vendored"))]
fn find(is_static: bool) -> Result<Found, String> {
    match env::var_os("YOLO_LIB_DIR").map(PathBuf::from) {
        Some(folder) if is_static => {
            look_first_in(&folder);
            ask_pkg_config(is_static)
        }
        Some(folder) => in_folder(folder),
        None => ask_pkg_config(is_static),
    }
}

/// Builds the sources in this package; returns the folder of libyolo.a.
#[cfg(feature = "vendored")]
fn build() -> PathBuf {
    for part in ["CMakeLists.txt", "cmake", "include", "src"] {
        println!("cargo:rerun-if-changed=libyolo/{}", part);
    }
    let mut config = cmake::Config::new("libyolo");
    config
        // Without optimisation the network takes seconds, not milliseconds.
        .profile("Release")
        .define("BUILD_SHARED_LIBS", "OFF")
        .define("CMAKE_INSTALL_LIBDIR", "lib")
        .define("YOLO_CLI", "OFF")
        .define("YOLO_TESTS", "OFF");
    if let Ok(value) = env::var("YOLO_ONEDNN") {
        config.define("YOLO_ONEDNN", value);
    }
    config.build().join("lib")
}

/// Makes pkg-config prefer the yolo.pc of this library folder.
fn look_first_in(lib_dir: &Path) {
    let mut folders = vec![lib_dir.join("pkgconfig")];
    if let Some(others) = env::var_os("PKG_CONFIG_PATH") {
        folders.extend(env::split_paths(&others));
    }
    let joined: OsString = env::join_paths(folders).expect("a folder's name has a colon");
    env::set_var("PKG_CONFIG_PATH", joined);
}

fn ask_pkg_config(is_static: bool) -> Result<Found, String> {
    let library = pkg_config::Config::new()
        .atleast_version(env!("CARGO_PKG_VERSION"))
        .statik(is_static)
        // Its own lines never link statically what lies below /usr.
        .cargo_metadata(false)
        .probe("yolo")
        .map_err(|error| {
            format!(
                "libyolo was not found. Install it, or set PKG_CONFIG_PATH to the folder of its \
                 yolo.pc or YOLO_LIB_DIR to that of libyolo.so, or use the feature \"vendored\" \
                 to build it.\n{}",
                error
            )
        })?;
    let variable = |name| {
        pkg_config::get_variable("yolo", name)
            .map(PathBuf::from)
            .map_err(|error| format!("yolo.pc has no {}: {}", name, error))
    };
    let lib_dir = variable("libdir")?;
    if is_static && !lib_dir.join("libyolo.a").exists() {
        return Err(format!(
            "{} holds no libyolo.a, which the feature \"static\" links",
            lib_dir.display()
        ));
    }
    let mut found = Found {
        lib_dir,
        include: Some(variable("includedir")?),
        version: Some(library.version),
        search: Vec::new(),
        needs: Vec::new(),
    };
    if is_static {
        found.search = library.link_paths;
        found.needs = library.libs.into_iter().filter(|name| name != "yolo").collect();
    }
    Ok(found)
}

/// The shared library in YOLO_LIB_DIR, an installed one or a build's.
#[cfg(not(feature = "vendored"))]
fn in_folder(lib_dir: PathBuf) -> Result<Found, String> {
    if !lib_dir.join("libyolo.so").exists() {
        return Err(format!("YOLO_LIB_DIR is {}, which holds no libyolo.so", lib_dir.display()));
    }
    let beside = lib_dir.join("../include");
    Ok(Found {
        include: beside.join("yolo/yolo.h").exists().then_some(beside),
        lib_dir,
        version: None,
        search: Vec::new(),
        needs: Vec::new(),
    })
}
