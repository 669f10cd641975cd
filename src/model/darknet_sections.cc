// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of the table, and the keys that inference has no use for.
#include "model/darknet_sections.h"

#include <algorithm>
#include <iterator>

namespace yolo {
namespace {

constexpr std::string_view kNetIgnored =
    "adam adversarial_lr angle aspect attention augment_speed B1 B2 "
    "badlabels_rejection_percentage batch blur burn_in contrastive "
    "contrastive_color contrastive_jit_flip cutmix decay dynamic_minibatch "
    "ema_alpha eps equidistant_point exposure flip gamma gaussian_noise "
    "hue inputs label_smooth_eps learning_rate learning_rate_min "
    "loss_scale max_batches max_chart_loss max_crop max_epochs min_crop "
    "mixup momentum mosaic mosaic_bound num_sigmas_reject_badlabels "
    "optimized_memory policy power resize_step saturation scale scales "
    "seen seq_scales sequential_subdivisions sgdr_cycle sgdr_mult "
    "show_receptive_field step steps subdivisions time_steps track "
    "try_fix_nan unsupervised use_cuda_graph weights_reject_freq "
    "workspace_size_limit_MB";

constexpr std::string_view kConvolutionIgnored =
    "angle assisted_excitation dot grad_centr reverse";
constexpr std::string_view kMaxPoolIgnored = "out_channels";
constexpr std::string_view kShortcutIgnored =
    "assisted_excitation weights_normalization";
constexpr std::string_view kDropoutIgnored =
    "dropblock dropblock_size_abs dropblock_size_rel probability";
constexpr std::string_view kYoloIgnored =
    "beta1 beta_nms cls_normalizer counters_per_class delta_normalizer "
    "dets_for_show dets_for_track focal_loss ignore_thresh iou_loss "
    "iou_normalizer iou_thresh iou_thresh_kind jitter label_smooth_eps map "
    "max max_delta nms_kind obj_normalizer objectness_smooth random resize "
    "show_details sim_thresh track_ciou_norm track_history_size "
    "truth_thresh uc_normalizer";

constexpr std::string_view kIgnoredEverywhere =
    "burnin_update clip dont_update learning_rate onlyforward stopbackward "
    "stream train_only_bn wait_stream";

constexpr std::string_view kRecurrent = "it keeps state between images";
constexpr std::string_view kClassifier = "it belongs to classifiers";
constexpr std::string_view kOlderHead =
    "the head of YOLOv1 and v2; only [yolo] is read";

constexpr SectionType kSectionTypes[] = {
    {"convolutional", ReadConvolution, kConvolutionIgnored, ""},
    {"conv", ReadConvolution, kConvolutionIgnored, ""},
    {"maxpool", ReadMaxPool, kMaxPoolIgnored, ""},
    {"max", ReadMaxPool, kMaxPoolIgnored, ""},
    {"avgpool", ReadAveragePool, "", ""},
    {"avg", ReadAveragePool, "", ""},
    {"upsample", ReadUpsample, "", ""},
    {"route", ReadRoute, "", ""},
    {"shortcut", ReadShortcut, kShortcutIgnored, ""},
    {"scale_channels", ReadScaleChannels, "", ""},
    {"sam", ReadSam, "", ""},
    {"dropout", ReadIdentity, kDropoutIgnored, ""},
    {"empty", ReadIdentity, "", ""},
    {"silence", ReadIdentity, "", ""},
    {"yolo", ReadYolo, kYoloIgnored, ""},
    {"Gaussian_yolo", nullptr, "", "a head with variances is not built"},
    {"region", nullptr, "", kOlderHead},
    {"detection", nullptr, "", kOlderHead},
    {"contrastive", nullptr, "", "a loss of training with embeddings"},
    {"cost", nullptr, "", kClassifier},
    {"softmax", nullptr, "", kClassifier},
    {"soft", nullptr, "", kClassifier},
    {"connected", nullptr, "", "fully connected layers are not built"},
    {"conn", nullptr, "", "fully connected layers are not built"},
    {"local", nullptr, "", "weights of their own for each pixel"},
    {"crop", nullptr, "", "augmentation inside the network"},
    {"reorg", nullptr, "", "space to depth is not built"},
    {"reorg3d", nullptr, "", "space to depth is not built"},
    {"local_avgpool", nullptr, "", "average pooling in windows is not built"},
    {"local_avg", nullptr, "", "average pooling in windows is not built"},
    {"batchnorm", nullptr, "", "only batch norm of a convolution is built"},
    {"normalization", nullptr, "", "local response norm is not built"},
    {"lrn", nullptr, "", "local response norm is not built"},
    {"activation", nullptr, "", "only an activation of a layer is built"},
    {"implicit", nullptr, "", "learned constants are not built"},
    {"rnn", nullptr, "", kRecurrent},
    {"crnn", nullptr, "", kRecurrent},
    {"gru", nullptr, "", kRecurrent},
    {"lstm", nullptr, "", kRecurrent},
    {"conv_lstm", nullptr, "", kRecurrent},
    {"history", nullptr, "", kRecurrent},
};

}  // namespace

const SectionType* FindSectionType(std::string_view name) {
  const auto* const type =
      std::find_if(std::begin(kSectionTypes), std::end(kSectionTypes),
                   [&](const SectionType& row) { return row.name == name; });
  return type == std::end(kSectionTypes) ? nullptr : type;
}

std::string_view IgnoredEverywhere() { return kIgnoredEverywhere; }

std::string_view IgnoredInNet() { return kNetIgnored; }

}  // namespace yolo
