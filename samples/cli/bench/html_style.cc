// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// How the report looks: phone, desktop, light, dark, paper.
#include "bench/html.h"

namespace cli::bench {

// The colours of series are Okabe and Ito's, which people with any colour
// vision tell apart; darkened for white paper, lightened for dark screens.
const char kStyleSheet[] = R"css(
:root {
  color-scheme: light dark;
  --page: #fff; --card: #f6f7f9; --ink: #16191d; --soft: #59616b;
  --line: #dde1e6; --warn: #8a4b00; --warn-card: #fff4e0;
  --c0: #0067a8; --c1: #c04a00; --c2: #00805c; --c3: #a8477f; --c4: #8a6a00;
  --c5: #3d4752; --inside: #fff;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --card: #1d2126; --ink: #e9ecef; --soft: #a3acb6;
    --line: #333a42; --warn: #ffc266; --warn-card: #33270f;
    --c0: #5ab4f0; --c1: #ff9350; --c2: #3fcf9f; --c3: #e590bf; --c4: #e3c04a;
    --c5: #c3cbd4; --inside: #101214;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans",
    "Liberation Sans", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 52rem; margin: 0 auto; padding: 2rem 1rem 3rem; }
header { margin-bottom: 1.75rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .35rem;
  letter-spacing: -.015em; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 2.5rem 0 .25rem; }
p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: .9rem; }
.tiles { display: grid; gap: .6rem; margin: 0; padding: 0;
  grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); }
.tile { background: var(--card); border-radius: .5rem; padding: .7rem .85rem; }
.tile dt { color: var(--soft); font-size: .8rem; line-height: 1.3; }
.tile dd { margin: .15rem 0 0; font-size: 1.5rem; line-height: 1.2;
  font-weight: 600; letter-spacing: -.01em; }
.size { white-space: nowrap; }
.tile small { font-size: .8rem; font-weight: 400; color: var(--soft);
  letter-spacing: 0; }
.warning { background: var(--warn-card); color: var(--warn);
  border-radius: .5rem; padding: .7rem .9rem; margin: 1rem 0; }
.warning ul { margin: 0; padding-left: 1.1rem; overflow-wrap: anywhere; }
figure { margin: 0; }
figcaption { color: var(--soft); font-size: .9rem; margin: 0 0 .6rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .15rem 1.1rem;
  margin: 0 0 .4rem; padding: 0; font-size: .85rem; }
.legend li { display: flex; align-items: center; gap: .45rem; min-width: 0;
  overflow-wrap: anywhere; }
.key { width: 34px; height: 12px; flex: none; }
.swatch { width: .8rem; height: .8rem; border-radius: 2px; flex: none;
  background: var(--c); }
.chart { display: block; width: 100%; height: auto; overflow: visible; }
.chart.w360 { display: none; }
.chart text { font-size: 12px; fill: var(--soft); }
.chart .title { font-size: 12px; }
.chart .name { font-size: 13px; fill: var(--ink); }
.chart .name, .chart .value { paint-order: stroke; stroke: var(--page);
  stroke-width: 5px; stroke-linejoin: round; }
.chart .value { font-size: 13px; fill: var(--ink); font-weight: 600; }
.chart .inside { fill: var(--inside); font-weight: 600; }
.chart .end { text-anchor: end; }
.chart .mid { text-anchor: middle; }
.grid { stroke: var(--line); stroke-width: 1; }
.axis, .tick { stroke: var(--soft); stroke-width: 1; }
.s0 { --c: var(--c0); } .s1 { --c: var(--c1); } .s2 { --c: var(--c2); }
.s3 { --c: var(--c3); } .s4 { --c: var(--c4); } .s5 { --c: var(--c5); }
polyline { fill: none; stroke: var(--c); stroke-width: 2;
  stroke-linejoin: round; }
.pt { fill: var(--c); }
.bar { fill: var(--c); stroke: var(--page); stroke-width: 1; }
.scroll { overflow-x: auto; margin: .6rem 0 0; }
table { border-collapse: collapse; font-size: .875rem; width: 100%; }
table.one { max-width: 28rem; }
table.words.one { max-width: none; }
th, td { padding: .32rem .7rem .32rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { font-weight: 600; vertical-align: bottom; }
tbody th { color: var(--soft); min-width: 8.5rem; }
.numbers td, .numbers thead th:not(:first-child) { text-align: right;
  white-space: nowrap; }
.numbers thead th:not(:first-child) { white-space: normal; }
.numbers .group th { color: var(--ink); font-weight: 600; padding-top: .9rem; }
.words td { overflow-wrap: anywhere; min-width: 9rem; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line);
  padding-top: 1rem; }
@media screen and (max-width: 34rem) {
  main { padding: 1.25rem 1rem 2rem; }
  h1 { font-size: 1.4rem; }
  .chart.w720 { display: none; }
  .chart.w360 { display: block; }
  .tile dd { font-size: 1.3rem; }
}
@media print {
  @page { margin: 15mm; }
  body { font-size: 10.5pt; -webkit-print-color-adjust: exact;
    print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  h2 { margin-top: 1.4rem; break-after: avoid; }
  section, figure, .tiles, tr { break-inside: avoid; }
  section.long { break-inside: auto; }
  .scroll { overflow: visible; }
}
)css";

}  // namespace cli::bench
