// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

//! Device neuron on a simulated libnrt, which says nothing about a real one.
mod support;

use std::env;

use support::{nano, photo};
use yolo::{CoreState, Device, Error, Fallback, NeuronOptions};

#[test]
#[ignore = "needs YOLO_TEST_NEFF of the sample model and YOLO_TEST_LIBNRT, a simulated one"]
fn cores_run_images_and_count_them() {
    let path = |name| env::var_os(name).unwrap_or_else(|| panic!("{} is not set", name));
    let options = NeuronOptions::new()
        .neff_path(path("YOLO_TEST_NEFF"))
        .libnrt_path(path("YOLO_TEST_LIBNRT"))
        .num_cores(2)
        .lanes_per_core(1);
    let detector = nano(|b| b.device(Device::Neuron).fallback(Fallback::Cpu).neuron(options));
    let info = detector.info().unwrap();
    assert_eq!((info.device, info.num_cores, info.num_lanes), (Device::Neuron, 2, 2));
    assert!(info.device_details.contains("libnrt"), "{}", info.device_details);

    let jpeg = photo("astronaut.jpg");
    let expected = nano(|b| b).detect(&jpeg).unwrap();
    let images = [(&jpeg).into(); 10];
    for found in detector.detect_batch(&images).unwrap() {
        let found = found.unwrap();
        assert!(found.result.core.unwrap() < 2);
        assert!(!found.result.notes.fallback && !found.result.notes.numeric);
        assert_eq!(found.boxes.len(), expected.len());
        assert!((found.boxes[0].score - expected[0].score).abs() < 0.05);
    }
    let stats = [0, 1].map(|index| detector.core_stats(index).unwrap());
    assert_eq!(stats[0].images + stats[1].images, 10);
    for (index, core) in stats.iter().enumerate() {
        assert_eq!((core.core as usize, core.state), (index, CoreState::Ready));
        assert_eq!((core.failures, core.in_flight, core.message.as_str()), (0, 0, ""));
        assert_eq!(core.images > 0, core.executing.as_nanos() > 0);
    }
    assert!(matches!(detector.core_stats(2), Err(Error::InvalidArgument(_))));
}
