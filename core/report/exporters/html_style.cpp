#include "core/report/exporters/html_style.h"

namespace trocar {

// Operation colours: the light palette of ui/shell/theme (contrast and distance measured there).
std::string_view html_style() {
    return R"css(
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:#fff;color:#1c2128;font:15px/1.55 Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-font-smoothing:antialiased;font-variant-numeric:tabular-nums}
main{max-width:732px;margin:0 auto;padding:56px 0 80px}
@media (max-width:780px){main{padding:28px 20px}}
h1{font-size:28px;line-height:1.25;margin:0 0 6px;font-weight:700;letter-spacing:-.01em}
h2{font-size:18px;line-height:1.3;margin:32px 0 10px;font-weight:650}
h3{font-size:16px;margin:0;font-weight:650;overflow-wrap:anywhere}
p{margin:0 0 10px}
.sub{color:#5d6875;font-size:14px;margin:0 0 24px}
.muted{color:#5d6875}
.small{font-size:12.5px}
code,.mono{font:12px/1.5 "JetBrains Mono",ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
dl.facts{display:grid;grid-template-columns:112px 1fr 84px 1fr;gap:6px 16px;margin:0;padding:14px 0;border-top:2px solid #1c2128;border-bottom:1px solid #d8dee4;font-size:13px}
dl.facts dt{color:#5d6875}
dl.facts dd{margin:0;overflow-wrap:anywhere}
.card{border:1px solid #d8dee4;border-radius:8px;padding:16px 18px 18px;margin:0 0 18px}
.card header{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 8px;margin:0 0 6px}
.card .standing{margin-left:auto;color:#5d6875;font-size:12.5px}
.card .ids{margin:12px 0 0}
.chip{border:1px solid #2f6fd0;color:#2459a8;border-radius:9px;padding:0 8px;font-size:12.5px;line-height:20px;white-space:nowrap}
.chip.plain{border-color:#aab4bf;color:#414b57}
.sentence{font-size:13.5px;margin:2px 0 10px}
table{width:100%;border-collapse:collapse;font-size:12.5px;line-height:1.4}
th{text-align:left;font-weight:500;color:#5d6875;padding:6px 8px 6px 0;border-bottom:1px solid #d0d7de}
td{padding:5px 8px 5px 0;vertical-align:top;border-bottom:1px solid #e6eaee;overflow-wrap:anywhere}
th{white-space:nowrap}
.matrix th{white-space:normal;overflow-wrap:anywhere}
.matrix{margin-bottom:14px}
ul{margin:6px 0 0;padding-left:18px}li{margin:0 0 5px}
h2 .aside{font-weight:400;font-size:13px;color:#5d6875;margin-left:6px}
td.num,th.num{text-align:right;padding-right:14px;white-space:nowrap}
td.step,td.source{white-space:nowrap;padding-right:16px}
td.time{white-space:nowrap;padding-right:16px}
tr.witness td{font-weight:500}
table.evidence{margin-top:8px}
table.confidence{margin-top:14px}
table.confidence td:first-child{width:76px}
table.confidence .minus{color:#931525}
.box{border-left:3px solid #a76110;background:#f5f7f9;padding:9px 14px;margin:12px 0 0;font-size:13px}
.box p{margin:0}
.box p+p{margin-top:4px}
.box.verdict{border-left-color:#2f6fd0}
.curve{display:grid;grid-template-columns:340px 1fr;gap:24px;align-items:start;font-size:13px}
@media (max-width:780px){.curve,dl.facts{grid-template-columns:1fr}}
.state{white-space:nowrap}
.absent{color:#931525}
.gaps{color:#8a5010}
footer{margin-top:40px;padding-top:12px;border-top:1px solid #d8dee4;color:#5d6875;font-size:12px}
svg{display:block;max-width:100%;height:auto}
svg text{font:11px Inter,system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:#1c2128}
svg .lane{stroke:#c4ccd4;stroke-width:1.25}
svg .grid{stroke:#eceff2;stroke-width:1.25}
svg text.lane-name{font-size:12.5px}
svg text.lane-pid,svg text.tick-label{fill:#5d6875}
svg .span{stroke:#414b57;stroke-width:1.25}
svg .jump{stroke:#6e9f70;stroke-width:2}
svg .curve{fill:none;stroke:#2f6fd0;stroke-width:1.75}
svg .curve-area{fill:#e6eefb}
svg .curve-total{stroke:#aab4bf;stroke-width:1;stroke-dasharray:3 3}
svg .chosen{stroke:#1c2128;stroke-width:1.25}
.op-access{color:#00406f}.op-alloc{color:#a76110}.op-write{color:#931525}.op-protect{color:#dd5bdb}.op-execute{color:#6e9f70}.op-image{color:#057a90}.op-process{color:#7b6c6b}.op-other{color:#5d6875}
svg .glyph,svg .tick{fill:currentColor;stroke:none}
svg .glyph.op-access{fill:#fff;stroke:currentColor;stroke-width:2;stroke-linejoin:round}
svg .glyph.op-alloc{fill:#fff;stroke:currentColor;stroke-width:2}
.mark{display:inline-block;width:14px}
@media print{body{font-size:10.5pt}main{max-width:none;padding:0}.card{break-inside:avoid}h2{break-after:avoid}tr{break-inside:avoid}a{color:inherit;text-decoration:none}@page{margin:16mm 15mm}}
)css";
}

}  // namespace trocar
