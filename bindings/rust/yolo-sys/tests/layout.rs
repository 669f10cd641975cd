// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

//! The declarations against the headers in this package: every structure, field,
//! number and function that the headers have is here, where they have it. The
//! C compiler says where.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use yolo_sys::*;

fn package(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Both headers, without comments.
fn headers() -> String {
    let mut text = String::new();
    for name in ["yolo.h", "neuron.h"] {
        let path = package("libyolo/include/yolo").join(name);
        text += &fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {}", path.display(), e));
    }
    let mut code = String::new();
    while let Some(begin) = text.find("/*") {
        code += &text[..begin];
        let end = begin + text[begin..].find("*/").expect("a comment ends") + 2;
        text = text[end..].to_string();
    }
    code + &text
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// "const void* chroma[2]" -> "chroma"
fn declared_name(declarator: &str) -> &str {
    let name = declarator.split('[').next().unwrap().trim_end();
    name.rsplit(|c| !is_word(c)).next().unwrap()
}

/// The fields of each structure, in the order of the header.
fn structures(code: &str) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for part in code.split("typedef struct ").skip(1) {
        let (before, rest) = match (part.find('{'), part.find(';')) {
            (Some(brace), Some(semicolon)) if brace < semicolon => part.split_at(brace),
            _ => continue, // an opaque type
        };
        let body = &rest[1..rest.find('}').expect("a structure ends")];
        let fields = body
            .split(';')
            .flat_map(|declaration| declaration.split(','))
            .map(|declarator| declared_name(declarator).to_string())
            .filter(|name| !name.is_empty())
            .collect();
        found.insert(before.trim().to_string(), fields);
    }
    found
}

fn enumerators(code: &str) -> Vec<String> {
    code.split("enum {")
        .skip(1)
        .flat_map(|part| part[..part.find('}').expect("an enumeration ends")].split(','))
        .map(|item| item.split('=').next().unwrap().trim().to_string())
        .filter(|name| !name.is_empty())
        .collect()
}

fn functions(code: &str) -> Vec<String> {
    let mut names: Vec<String> = code
        .split("YOLO_API ")
        .skip(1)
        .filter(|part| !part.starts_with("__attribute__"))
        .filter_map(|part| part.split('(').next())
        .map(|head| declared_name(head).to_string())
        .filter(|name| name.starts_with("yolo_"))
        .collect();
    names.sort();
    names
}

/// Compiles and runs a program that prints "name value" for each expression.
fn ask_c(program_name: &str, expressions: &[(String, String)]) -> BTreeMap<String, i64> {
    let print = |(name, expression): &(String, String)| {
        format!("  printf(\"{} %lld\\n\", (long long)({}));\n", name, expression)
    };
    let program = format!(
        "#include <stdio.h>\n#include <yolo/neuron.h>\nint main(void) {{\n{}  return 0;\n}}\n",
        expressions.iter().map(print).collect::<String>()
    );
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let source = folder.join(format!("{}.c", program_name));
    let binary = folder.join(program_name);
    fs::write(&source, program).unwrap();
    let target = env!("YOLO_SYS_TARGET");
    let mut compile = cc::Build::new()
        .target(target)
        .host(target)
        .opt_level(0)
        .include(package("libyolo/include"))
        .get_compiler()
        .to_command();
    assert!(compile.arg(&source).arg("-o").arg(&binary).status().unwrap().success());
    let output = Command::new(&binary).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(name, value)| (name.to_string(), value.parse().unwrap()))
        .collect()
}

/// Sizes and offsets of a Rust structure by the names of C. The pattern holds
/// only when all fields are listed.
macro_rules! layout {
    ($values:ident, $init:expr, $structure:ident { $($field:ident),* $(,)? }) => {{
        let value: $structure = $init;
        let $structure { $($field: _),* } = value;
        let base = &value as *const $structure as usize;
        let name = stringify!($structure);
        $values.insert(name.to_string(), std::mem::size_of::<$structure>() as i64);
        $(
            let field = format!("{}.{}", name, stringify!($field).trim_end_matches('_'));
            let offset = std::ptr::addr_of!(value.$field) as usize - base;
            $values.insert(field.clone(), offset as i64);
            $values.insert(field + ":size", std::mem::size_of_val(&value.$field) as i64);
        )*
    }};
}

#[rustfmt::skip]
fn rust_layouts() -> BTreeMap<String, i64> {
    let mut v = BTreeMap::new();
    layout!(v, YOLO_OPTIONS_INIT, yolo_options {
        struct_size, header_version, model_path, weights_path, model_data, model_size,
        weights_data, weights_size, labels_path, labels_data, labels_size, device,
        precision, num_lanes, threads_per_lane, score_threshold, iou_threshold,
        class_thresholds, num_class_thresholds, class_allow, num_class_allow, nms,
        max_candidates, max_detections, network_width, network_height, profile, decode,
        exif, max_scans, max_pixels, max_bytes, alloc, free, alloc_user, log, log_user,
        fallback, reserved, neuron,
    });
    layout!(v, YOLO_IMAGE_INIT, yolo_image {
        struct_size, format, data, size, width, height, stride, chroma, chroma_size,
        chroma_stride, yuv_standard, orientation,
    });
    layout!(v, yolo_detection::default(), yolo_detection {
        x0, y0, x1, y1, score, class_id,
    });
    layout!(v, YOLO_RESULT_INIT, yolo_result {
        struct_size, status, count, found, truncated, width, height, orientation, ns_wait,
        ns_decode, ns_pack, ns_run, ns_extract, message, notes, core,
    });
    layout!(v, YOLO_DETECTOR_INFO_INIT, yolo_detector_info {
        struct_size, device, precision, profile, decode, nms, exif, num_lanes,
        threads_per_lane, network_width, network_height, num_classes, num_layers, num_heads,
        max_candidates, max_detections, max_scans, score_threshold, iou_threshold,
        num_labels, num_parameters, gflop, max_pixels, max_bytes, bytes_held, bytes_weights,
        bytes_lane, device_name, instruction_set, num_cores, batch, device_details,
    });
    layout!(v, YOLO_LAYER_INFO_INIT, yolo_layer_info {
        struct_size, line, channels, height, width, reserved, num_parameters, gflop, type_,
        implementation,
    });
    layout!(v, YOLO_NEURON_OPTIONS_INIT, yolo_neuron_options {
        struct_size, first_core, num_cores, lanes_per_core, timeout_ms, reserved, neff_path,
        neff_data, neff_size, libnrt_path, visible_cores, tensor_types, decoded_boxes,
        decoded_units, decoded_scores, reserved2,
    });
    layout!(v, YOLO_CORE_STATS_INIT, yolo_core_stats {
        struct_size, core, state, status, in_flight, reserved, images, executions, retries,
        failures, numeric, ns_executing, bytes_used, bytes_limit, message,
    });
    v
}

#[test]
fn structures_lie_in_memory_as_the_c_compiler_lays_them() {
    let mut expressions = Vec::new();
    let structures = structures(&headers());
    assert!(structures.len() >= 8, "{:?}", structures);
    for (structure, fields) in &structures {
        expressions.push((structure.clone(), format!("sizeof({})", structure)));
        for field in fields {
            let name = format!("{}.{}", structure, field);
            expressions.push((name.clone(), format!("offsetof({}, {})", structure, field)));
            expressions.push((name + ":size", format!("sizeof((({}*)0)->{})", structure, field)));
        }
    }
    assert_eq!(ask_c("structures", &expressions), rust_layouts());
}

#[test]
fn numbers_are_those_of_the_headers() {
    let names = enumerators(&headers());
    let theirs: BTreeMap<String, i64> =
        ask_c("numbers", &names.iter().map(|n| (n.clone(), n.clone())).collect::<Vec<_>>());
    let ours: BTreeMap<String, i64> =
        ALL_CONSTANTS.iter().map(|(name, value)| (name.to_string(), *value)).collect();
    assert_eq!(theirs, ours);
    let others =
        ["YOLO_MESSAGE_SIZE", "YOLO_VERSION_NUMBER"].map(|n| (n.to_string(), n.to_string()));
    let others = ask_c("macros", &others);
    assert_eq!(others["YOLO_MESSAGE_SIZE"], YOLO_MESSAGE_SIZE as i64);
    assert_eq!(others["YOLO_VERSION_NUMBER"], i64::from(YOLO_VERSION_NUMBER));
    let [major, minor, patch] = ["MAJOR", "MINOR", "PATCH"].map(|part| {
        env::var(format!("CARGO_PKG_VERSION_{}", part)).unwrap().parse::<u32>().unwrap()
    });
    assert_eq!(major << 16 | minor << 8 | patch, YOLO_VERSION_NUMBER, "the package's version");
}

/// The functions that the headers declare; naming them links them.
#[test]
fn functions_are_those_of_the_headers() {
    let mut ours = Vec::new();
    macro_rules! functions {
        ($($name:ident),* $(,)?) => {{$(
            assert!($name as *const () as usize != 0);
            ours.push(stringify!($name));
        )*}};
    }
    functions!(
        yolo_build_info,
        yolo_create,
        yolo_destroy,
        yolo_detect,
        yolo_detect_batch,
        yolo_detect_image,
        yolo_device_stats,
        yolo_get_detector_info,
        yolo_get_layer_info,
        yolo_label,
        yolo_last_error,
        yolo_status_string,
        yolo_version,
    );
    assert_eq!(functions(&headers()), ours);
}

/// The library that runs has the structures' sizes too: it takes them as they are.
#[test]
fn the_library_accepts_the_structures() {
    unsafe {
        assert_eq!(yolo_version() >> 16, YOLO_VERSION_NUMBER >> 16);
        let mut detector = std::ptr::null_mut();
        let status = yolo_create(&YOLO_OPTIONS_INIT, &mut detector);
        assert_eq!(status, YOLO_ERROR_INVALID_ARGUMENT);
        let message = std::ffi::CStr::from_ptr(yolo_last_error()).to_str().unwrap();
        assert_eq!(message, "options.model_path or model_data must be set");
        let mut options = YOLO_OPTIONS_INIT;
        options.header_version = 99 << 8;
        assert_eq!(yolo_create(&options, &mut detector), YOLO_ERROR_VERSION);
        let message = std::ffi::CStr::from_ptr(yolo_last_error()).to_str().unwrap();
        assert!(message.contains("0.99.0") && message.contains("0.1."), "{}", message);
    }
}
