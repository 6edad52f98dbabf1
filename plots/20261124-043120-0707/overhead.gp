# overhead.gp
# Overhead against native by workload and environment.
# run 20261124-043120-0707 · suite default · 6 rounds
# Render it again with: gnuplot overhead.gp

set encoding utf8
set datafile separator "\t"
set datafile missing "NaN"

do for [kind in "svg png"] {
if (kind eq "svg") {
    set terminal svg enhanced size 1120,984 font "sans-serif,12" name "overhead"
} else { if (strstrt(GPVAL_TERMINALS, "pngcairo") > 0) {
    set terminal pngcairo enhanced size 2240,1968 fontscale 1.5 linewidth 2 pointscale 2.2 font "sans-serif,9"
} else {
    set terminal png enhanced size 1120,984 truecolor
} }
set output "overhead.".kind

position(d) = sgn(d) * asinh((exp(abs(d)) - 1) / 0.03)
reset
set border 0
unset key
set xrange [position(-0.5736490329915204):position(6.439314545658592)]
set yrange [792:0]
unset ytics
set xtics ('−10 %%' position(-0.10536051565782631), '0' position(0), '+10 %%' position(0.09531017980432487), '2×' position(0.6931471805599453), '10×' position(2.302585092994046), '30×' position(3.4011973816621555), '100×' position(4.605170185988092), '300×' position(5.703782474656201)) scale 0 noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set grid xtics back linetype 1 linecolor rgb "#dfe3e8" linewidth 1
set arrow from 0, graph 0 to 0, graph 1 nohead back linecolor rgb "#1b1f24" linewidth 1.2
set lmargin at screen 0.2232
set rmargin at screen 0.8304
set tmargin at screen 0.8923
set bmargin at screen 0.0874
set label '← costs less' at screen 0.2232,0.0467 left noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set label 'overhead against native (linear near 0, logarithmic beyond)' at screen 0.5268,0.0467 center noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set label 'costs more →' at screen 0.8304,0.0467 right noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set label '{/:Bold What isolation costs}' at screen 0.0179,0.9736 left enhanced font "sans-serif,18" textcolor rgb "#1b1f24"
set label 'points: Hodges-Lehmann estimate, hollow with too few rounds for an interval; bars: 95 % interval; shaded: smaller than what matters' at screen 0.0179,0.9492 left noenhanced font "sans-serif,12" textcolor rgb "#5b6670"
set label 'overhead and 95 % interval' at screen 0.9821,0.9085 right noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set label '' at screen 0.0232,0.9228 point pt 5 ps 0.9 lc rgb "#1f83c6"
set label 'docker' at screen 0.0339,0.9228 left noenhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label '' at screen 0.0934,0.9228 point pt 9 ps 0.9 lc rgb "#cc79a7"
set label 'podman' at screen 0.1041,0.9228 left noenhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label '' at screen 0.1636,0.9228 point pt 13 ps 0.9 lc rgb "#d55e00"
set label 'libvirt-tcg' at screen 0.1744,0.9228 left noenhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set object rectangle from position(-0.04879016416943201), 7.5 to position(0.04879016416943201), 64.5 behind fillcolor rgb "#e9edf2" fillstyle solid noborder
set label '{/:Bold sysbench-cpu}' at screen 0.2107,0.8648 right enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native 3360 events/s' at screen 0.2107,0.8476 right noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set object rectangle from position(-0.04879016416943201), 79.5 to position(0.04879016416943201), 136.5 behind fillcolor rgb "#e9edf2" fillstyle solid noborder
set label '{/:Bold stress-ng-matrix}' at screen 0.2107,0.7917 right enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native 331.4 products/s' at screen 0.2107,0.7744 right noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set object rectangle from position(-0.04879016416943201), 151.5 to position(0.04879016416943201), 208.5 behind fillcolor rgb "#e9edf2" fillstyle solid noborder
set label '{/:Bold openssl-sha256}' at screen 0.2107,0.7185 right enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native 1511 MB/s' at screen 0.2107,0.7012 right noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set object rectangle from position(-0.04879016416943201), 223.5 to position(0.04879016416943201), 280.5 behind fillcolor rgb "#e9edf2" fillstyle solid noborder
set label '{/:Bold xz}' at screen 0.2107,0.6453 right enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native 498 ms' at screen 0.2107,0.628 right noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set object rectangle from position(-0.04879016416943201), 295.5 to position(0.04879016416943201), 352.5 behind fillcolor rgb "#e9edf2" fillstyle solid noborder
set label '{/:Bold stream-triad}' at screen 0.2107,0.5722 right enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native 18742 MB/s' at screen 0.2107,0.5549 right noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set object rectangle from position(-0.04879016416943201), 367.5 to position(0.04879016416943201), 424.5 behind fillcolor rgb "#e9edf2" fillstyle solid noborder
set label '{/:Bold sysbench-memory}' at screen 0.2107,0.499 right enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native 19874 MiB/s' at screen 0.2107,0.4817 right noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set object rectangle from position(-0.09531017980432487), 439.5 to position(0.09531017980432487), 496.5 behind fillcolor rgb "#e9edf2" fillstyle solid noborder
set label '{/:Bold fio-randread-4k}' at screen 0.2107,0.4258 right enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native 45597 IOPS' at screen 0.2107,0.4085 right noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set object rectangle from position(-0.09531017980432487), 511.5 to position(0.09531017980432487), 568.5 behind fillcolor rgb "#e9edf2" fillstyle solid noborder
set label '{/:Bold fio-randwrite-fsync}' at screen 0.2107,0.3526 right enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native 4741 IOPS' at screen 0.2107,0.3354 right noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set object rectangle from position(-0.09531017980432487), 583.5 to position(0.09531017980432487), 640.5 behind fillcolor rgb "#e9edf2" fillstyle solid noborder
set label '{/:Bold fio-seqwrite}' at screen 0.2107,0.2795 right enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native 1518 MB/s' at screen 0.2107,0.2622 right noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set object rectangle from position(-0.09531017980432487), 655.5 to position(0.09531017980432487), 712.5 behind fillcolor rgb "#e9edf2" fillstyle solid noborder
set label '{/:Bold sqlite-insert}' at screen 0.2107,0.2063 right enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native 336 ms' at screen 0.2107,0.189 right noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set object rectangle from position(-0.09531017980432487), 727.5 to position(0.09531017980432487), 784.5 behind fillcolor rgb "#e9edf2" fillstyle solid noborder
set label '{/:Bold startup}' at screen 0.2107,0.1331 right enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native 22.3 ms' at screen 0.2107,0.1159 right noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set label '+0.6 %  (−3.2 to +5.6 %)' at screen 0.9821,0.875 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '−0.3 %  (−1.4 to +1.9 %)' at screen 0.9821,0.8557 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '9.04×  (8.09× to 10.4×)' at screen 0.9821,0.8364 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '+0.3 %  (−3.7 to +3.3 %)' at screen 0.9821,0.8018 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '+1.1 %  (−5.1 to +9.0 %)' at screen 0.9821,0.7825 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '12.4×  (9.99× to 14.7×)' at screen 0.9821,0.7632 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '+1.2 %  (+0.3 to +2.3 %)' at screen 0.9821,0.7287 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '+2.3 %  (−0.9 to +6.3 %)' at screen 0.9821,0.7093 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '73.4×  (63.7× to 86.0×)' at screen 0.9821,0.69 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '−2.7 %  (−21 to +14 %)' at screen 0.9821,0.6555 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '+7.7 %  (−18 to +29 %)' at screen 0.9821,0.6362 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '7.91×  (6.07× to 9.74×)' at screen 0.9821,0.6169 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '+1.4 %  (−4.2 to +14 %)' at screen 0.9821,0.5823 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '−1.2 %  (−31 to +39 %)' at screen 0.9821,0.563 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '24.8×  (16.0× to 27.5×)' at screen 0.9821,0.5437 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '+4.8 %  (−8.2 to +33 %)' at screen 0.9821,0.5091 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '−5.5 %  (−24 to +7.6 %)' at screen 0.9821,0.4898 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '6.11×  (5.38× to 7.09×)' at screen 0.9821,0.4705 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '+37 %  (+11 to +57 %)' at screen 0.9821,0.436 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '+17 %  (−16 to +64 %)' at screen 0.9821,0.4167 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '14.9×  (8.10× to 16.9×)' at screen 0.9821,0.3974 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '−1.0 %  (−14 to +11 %)' at screen 0.9821,0.3628 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '+1.9 %  (−11 to +10 %)' at screen 0.9821,0.3435 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '19.1×  (13.6× to 29.4×)' at screen 0.9821,0.3242 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '+3.4 %  (−7.1 to +27 %)' at screen 0.9821,0.2896 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '+1.1 %  (−7.6 to +11 %)' at screen 0.9821,0.2703 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '35.5×  (29.5× to 71.6×)' at screen 0.9821,0.251 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '+9.7 %  (−11 to +47 %)' at screen 0.9821,0.2165 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '+4.9 %  (−10 to +23 %)' at screen 0.9821,0.1972 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '15.2×  (13.4× to 18.3×)' at screen 0.9821,0.1778 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '17.9×  (12.4× to 21.8×)' at screen 0.9821,0.1433 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '12.6×  (7.98× to 20.3×)' at screen 0.9821,0.124 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '295×  (215× to 365×)' at screen 0.9821,0.1047 right noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label 'run 20261124-043120-0707 · suite default · 6 rounds · AMD EPYC · Linux 6.18.44-fc-v657 · 1 CPU at 100 %, 1 GiB for each instance' at screen 0.0179,0.0203 left noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
plot 'overhead.dat' index 0 using ($5 == 1 ? position($3) : NaN):1:(position($4) - position($3)):(0) with vectors nohead linewidth 2.5 linecolor rgb "#1f83c6", \
    'overhead.dat' index 0 using ($5 == 1 ? position($2) : NaN):1 with points pointtype 5 pointsize 0.85 linecolor rgb "#1f83c6", \
    'overhead.dat' index 0 using ($5 == 0 ? position($2) : NaN):1 with points pointtype 4 pointsize 0.85 linewidth 1.8 linecolor rgb "#1f83c6", \
    'overhead.dat' index 1 using ($5 == 1 ? position($3) : NaN):1:(position($4) - position($3)):(0) with vectors nohead linewidth 2.5 linecolor rgb "#cc79a7", \
    'overhead.dat' index 1 using ($5 == 1 ? position($2) : NaN):1 with points pointtype 9 pointsize 0.85 linecolor rgb "#cc79a7", \
    'overhead.dat' index 1 using ($5 == 0 ? position($2) : NaN):1 with points pointtype 8 pointsize 0.85 linewidth 1.8 linecolor rgb "#cc79a7", \
    'overhead.dat' index 2 using ($5 == 1 ? position($3) : NaN):1:(position($4) - position($3)):(0) with vectors nohead linewidth 2.5 linecolor rgb "#d55e00", \
    'overhead.dat' index 2 using ($5 == 1 ? position($2) : NaN):1 with points pointtype 13 pointsize 0.85 linecolor rgb "#d55e00", \
    'overhead.dat' index 2 using ($5 == 0 ? position($2) : NaN):1 with points pointtype 12 pointsize 0.85 linewidth 1.8 linecolor rgb "#d55e00"
unset output
}
