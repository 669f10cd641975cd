// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

//! Photos and batches in, boxes out.
mod support;

use support::{nano, photo, tiny, tiny_model};
use yolo::{Batch, Detector, Error, Exif, Frame, Image, Orientation, PackedFormat};

#[test]
fn a_photo_has_its_boxes_with_labels() {
    let detector = nano(|b| b);
    let found = detector.detect_image(&photo("astronaut.jpg")).unwrap();
    assert_eq!((found.result.width, found.result.height), (512, 512));
    assert_eq!(found.result.orientation, Orientation::TopLeft);
    assert_eq!(found.result.found as usize, found.boxes.len());
    assert!(!found.result.truncated.any());
    assert_eq!(found.result.core, None);
    let times = found.result.times;
    assert!(times.run.as_nanos() > 0 && times.decode.as_nanos() > 0);
    assert!(times.total() >= times.run + times.decode);
    let best = found.boxes[0];
    assert_eq!(detector.label(best.class_id), Some("person"));
    assert!(best.score > 0.25 && best.width() > 200.0 && best.height() > 400.0, "{:?}", best);
    for pair in found.boxes.windows(2) {
        assert!(pair[0].score >= pair[1].score);
    }
    assert_eq!(detector.label(-1), None);
    assert_eq!(detector.label(80), None);
}

#[test]
fn all_calls_give_the_same_boxes() {
    let detector = nano(|b| b.score_threshold(0.05));
    let photos = ["astronaut.jpg", "cat.jpg", "coffee.jpg"].map(photo);
    let mut images: Vec<Image> = photos.iter().map(Image::from).collect();
    images.insert(1, Image::jpeg(b"no JPEG"));
    let all = detector.detect_batch(&images).unwrap();
    assert_eq!(all.len(), 4);
    match &all[1] {
        Err(Error::BadImage(why)) => assert!(why.starts_with("image 1: "), "{}", why),
        other => panic!("{:?}", other),
    }

    let mut reused = Vec::new();
    let mut batch = Batch::new();
    detector.detect_batch_into(&images, &mut batch).unwrap();
    assert_eq!(batch.len(), 4);
    for (i, image) in images.iter().enumerate().filter(|(i, _)| *i != 1) {
        let expected = all[i].as_ref().unwrap();
        assert!(!expected.boxes.is_empty());
        let result = detector.detect_into(*image, &mut reused).unwrap();
        assert_eq!(reused, expected.boxes);
        assert_eq!(result.found, expected.result.found);
        let (boxes, result) = batch.get(i).unwrap().unwrap();
        assert_eq!(boxes, expected.boxes);
        assert_eq!(result.width, expected.result.width);
    }
    assert_eq!(detector.detect(&photos[0]).unwrap(), all[0].as_ref().unwrap().boxes);
    assert_eq!(batch.iter().filter(Result::is_err).count(), 1);
    assert!(batch.get(4).is_none());

    detector.detect_batch_into(&[], &mut batch).unwrap();
    assert!(batch.is_empty());
}

#[test]
fn a_failed_call_leaves_no_boxes_of_the_one_before() {
    let detector = tiny(|b| b.max_pixels(100));
    let mut boxes = Vec::new();
    let frame = |width| Frame::packed(PackedFormat::Gray, &[0; 400], width, 4).unwrap();
    detector.detect_into(frame(4), &mut boxes).unwrap();
    assert_eq!(boxes.len(), 1);
    let error = detector.detect_into(frame(100), &mut boxes).unwrap_err();
    assert!(matches!(error, Error::Limit(_)), "{:?}", error);
    assert_eq!(error.name(), "YOLO_ERROR_LIMIT");
    assert_eq!(error.status(), yolo_sys::YOLO_ERROR_LIMIT);
    assert!(boxes.is_empty());
    assert!(matches!(
        detector.detect(b""),
        Err(Error::BadImage(_)) | Err(Error::InvalidArgument(_))
    ));
}

#[test]
fn what_was_left_out_is_told() {
    let detector = nano(|b| b.score_threshold(0.01).max_detections(1));
    let jpeg = photo("cat.jpg");
    let found = detector.detect_image(&jpeg).unwrap();
    assert_eq!(found.boxes.len(), 1);
    assert!(found.result.found > 1 && found.result.truncated.detections);
    assert!(!found.result.truncated.image);
    let found = detector.detect_image(&jpeg[..jpeg.len() * 3 / 4]).unwrap();
    assert!(found.result.truncated.image);
}

#[test]
fn options_reach_the_detector() {
    let labels = String::from("thing\n");
    let detector = tiny(|b| {
        b.num_lanes(3)
            .threads_per_lane(2)
            .device(yolo::Device::Portable)
            .precision(yolo::Precision::F32)
            .score_threshold(0.125)
            .iou_threshold(0.75)
            .nms(yolo::Nms::Diou)
            .max_candidates(77)
            .max_detections(11)
            .network_size(64, 96)
            .profile(yolo::Profile::Ultralytics)
            .decode(yolo::Decode::Exact)
            .exif(Exif::Ignore)
            .max_scans(9)
            .max_pixels(1234)
            .max_bytes(1 << 30)
            .class_thresholds([0.5])
            .class_allow([0])
    });
    let info = detector.info().unwrap();
    assert_eq!((info.num_lanes, info.threads_per_lane), (3, 2));
    assert_eq!((info.device, info.precision), (yolo::Device::Portable, yolo::Precision::F32));
    assert_eq!((info.score_threshold, info.iou_threshold), (0.125, 0.75));
    assert_eq!((info.nms, info.max_candidates, info.max_detections), (yolo::Nms::Diou, 77, 11));
    assert_eq!((info.network_width, info.network_height), (64, 96));
    assert_eq!((info.profile, info.decode), (yolo::Profile::Ultralytics, yolo::Decode::Exact));
    assert_eq!((info.exif, info.max_scans, info.max_pixels), (Exif::Ignore, 9, 1234));
    assert_eq!((info.max_bytes, info.num_classes, info.num_labels), (1 << 30, 1, 0));
    assert_eq!((info.num_layers, info.num_heads, info.num_parameters), (2, 1, 24));
    assert_eq!((info.device_name.as_str(), info.num_cores), ("portable", 0));
    assert!(info.bytes_held > 0 && info.gflop > 0.0);

    let weights = tiny_model::weights();
    let builder = Detector::builder().model_data(tiny_model::CFG).weights_data(&weights);
    let labelled = builder.labels_data(labels.as_bytes()).build().unwrap();
    assert_eq!(labelled.label(0), Some("thing"));
    let layer = labelled.layer(0).unwrap();
    assert_eq!((layer.kind.as_str(), layer.channels, layer.line), ("convolutional", 6, 5));
    assert!(matches!(labelled.layer(2), Err(Error::InvalidArgument(_))));
    assert!(matches!(labelled.core_stats(0), Err(Error::InvalidArgument(_))));
}

#[test]
fn thresholds_and_classes_are_obeyed() {
    let pixel = Frame::packed(PackedFormat::Rgb, &[1, 2, 3], 1, 1).unwrap();
    let count = |d: Detector| d.detect_image(pixel).unwrap().boxes.len();
    assert_eq!(count(tiny(|b| b)), 1);
    assert_eq!(count(tiny(|b| b.class_thresholds(vec![1.0]))), 0);
    assert_eq!(count(tiny(|b| b.class_allow(vec![]))), 0);
}

#[test]
fn bad_options_are_told_by_name() {
    let weights = tiny_model::weights();
    let builder = || Detector::builder().model_data(tiny_model::CFG).weights_data(&weights);
    let message = |b: yolo::DetectorBuilder<'_>| b.build().unwrap_err().to_string();
    assert_eq!(message(Detector::builder()), "options.model_path or model_data must be set");
    assert_eq!(message(builder().labels_path("a\0b")), "labels_path has a NUL at byte 1");
    assert!(message(builder().score_threshold(1.5)).contains("score_threshold is 1.5"));
    assert!(message(builder().device(yolo::Device::Unknown(77))).contains("device is 77"));
    assert!(message(builder().class_allow([1])).contains("class_allow[0] is 1"));
    let missing = builder().model_path("/no/such.cfg").build().unwrap_err();
    assert!(matches!(&missing, Error::Io(why) if why.contains("/no/such.cfg")), "{:?}", missing);
    let bad = builder().weights_data(&weights[..30]).build().unwrap_err();
    assert!(matches!(bad, Error::BadModel(_)), "{:?}", bad);
}

#[test]
fn neuron_options_reach_the_library() {
    let weights = tiny_model::weights();
    let neuron = |options| {
        let b = Detector::builder().model_data(tiny_model::CFG).weights_data(&weights);
        b.device(yolo::Device::Neuron).neuron(options).build().unwrap_err()
    };
    use yolo::NeuronOptions;
    let message = |options| neuron(options).to_string();
    assert!(message(NeuronOptions::new()).contains("neff_path or neff_data must be set"));
    assert!(message(NeuronOptions::new().neff_data(b"")).contains("neff_size is 0"));
    assert!(message(NeuronOptions::new().num_cores(257)).contains("num_cores is 257"));
    assert!(message(NeuronOptions::new().first_core(300)).contains("first_core is 300"));
    assert!(message(NeuronOptions::new().lanes_per_core(17)).contains("lanes_per_core is 17"));
    let missing = NeuronOptions::new().neff_path("/no/such.neff").libnrt_path("/no/libnrt.so.1");
    let text = message(missing);
    assert!(text.contains("/no/such.neff") || text.contains("/no/libnrt.so.1"), "{}", text);
}

#[test]
fn version_and_build_are_told() {
    assert_eq!((yolo::version().0, yolo::version().1), (0, 1));
    assert!(yolo::build_info().starts_with("libyolo 0.1."));
}
