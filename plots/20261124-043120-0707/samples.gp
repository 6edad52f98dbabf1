# samples.gp
# Every launch by round, relative to the native median of its workload.
# run 20261124-043120-0707 · suite default · 6 rounds
# Render it again with: gnuplot samples.gp

set encoding utf8
set datafile separator "\t"
set datafile missing "NaN"

do for [kind in "svg png"] {
if (kind eq "svg") {
    set terminal svg enhanced size 1120,908 font "sans-serif,12" name "samples"
} else { if (strstrt(GPVAL_TERMINALS, "pngcairo") > 0) {
    set terminal pngcairo enhanced size 2240,1816 fontscale 1.5 linewidth 2 pointscale 2.2 font "sans-serif,9"
} else {
    set terminal png enhanced size 1120,908 truecolor
} }
set output "samples.".kind

reset
position(d) = sgn(d) * asinh((exp(abs(d)) - 1) / 0.03)
unset key
set label '{/:Bold Every launch}' at screen 0.0179,0.9714 left enhanced font "sans-serif,18" textcolor rgb "#1b1f24"
set label 'by round, against the median of the workload''s native launches; up is worse; a line joins one environment''s rounds' at screen 0.0179,0.9449 left noenhanced font "sans-serif,12" textcolor rgb "#5b6670"
set label '' at screen 0.0232,0.9163 point pt 7 ps 0.9 lc rgb "#6b7680"
set label 'native' at screen 0.0339,0.9163 left noenhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label '' at screen 0.0934,0.9163 point pt 5 ps 0.9 lc rgb "#1f83c6"
set label 'docker' at screen 0.1041,0.9163 left noenhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label '' at screen 0.1636,0.9163 point pt 9 ps 0.9 lc rgb "#cc79a7"
set label 'podman' at screen 0.1744,0.9163 left noenhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label '' at screen 0.2339,0.9163 point pt 13 ps 0.9 lc rgb "#d55e00"
set label 'libvirt-tcg' at screen 0.2446,0.9163 left noenhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'run 20261124-043120-0707 · suite default · 6 rounds · AMD EPYC · Linux 6.18.44-fc-v657 · 1 CPU at 100 %, 1 GiB for each instance' at screen 0.0179,0.0242 left noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set multiplot
set lmargin at screen 0.0661
set rmargin at screen 0.3226
set tmargin at screen 0.837
set bmargin at screen 0.7093
set label '{/:Bold sysbench-cpu}' at screen 0.0661,0.8678 left enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native median 3360 events/s' at screen 0.0661,0.8502 left noenhanced font "sans-serif,10" textcolor rgb "#5b6670"
set border 0
set xrange [0.4:6.6]
set yrange [position(-0.060652724252443925):position(2.6128184773427905)]
set ytics ('−5 %%' position(-0.051293294387550536), '0' position(0), '+10 %%' position(0.09531017980432487), '2×' position(0.6931471805599453), '10×' position(2.302585092994046)) scale 0 noenhanced font "sans-serif,10"
set xtics 1 scale 0 noenhanced font "sans-serif,10" offset 0,0.3
set grid ytics back linetype 1 linecolor rgb "#dfe3e8" linewidth 1
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead back linecolor rgb "#1b1f24" linewidth 1.2
plot 'samples.dat' index 0 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a06b7680", \
    'samples.dat' index 0 using 1:(position($2)) with points pointtype 7 pointsize 0.6 linecolor rgb "#6b7680", \
    'samples.dat' index 1 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a01f83c6", \
    'samples.dat' index 1 using 1:(position($2)) with points pointtype 5 pointsize 0.6 linecolor rgb "#1f83c6", \
    'samples.dat' index 2 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0cc79a7", \
    'samples.dat' index 2 using 1:(position($2)) with points pointtype 9 pointsize 0.6 linecolor rgb "#cc79a7", \
    'samples.dat' index 3 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0d55e00", \
    'samples.dat' index 3 using 1:(position($2)) with points pointtype 13 pointsize 0.6 linecolor rgb "#d55e00"
unset label
set lmargin at screen 0.3923
set rmargin at screen 0.6488
set tmargin at screen 0.837
set bmargin at screen 0.7093
set label '{/:Bold stress-ng-matrix}' at screen 0.3923,0.8678 left enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native median 331.4 products/s' at screen 0.3923,0.8502 left noenhanced font "sans-serif,10" textcolor rgb "#5b6670"
set border 0
set xrange [0.4:6.6]
set yrange [position(-0.10437972230928223):position(2.9906941412542585)]
set ytics ('0' position(0), '+10 %%' position(0.09531017980432487), '2×' position(0.6931471805599453), '10×' position(2.302585092994046)) scale 0 noenhanced font "sans-serif,10"
set xtics 1 scale 0 noenhanced font "sans-serif,10" offset 0,0.3
set grid ytics back linetype 1 linecolor rgb "#dfe3e8" linewidth 1
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead back linecolor rgb "#1b1f24" linewidth 1.2
plot 'samples.dat' index 4 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a06b7680", \
    'samples.dat' index 4 using 1:(position($2)) with points pointtype 7 pointsize 0.6 linecolor rgb "#6b7680", \
    'samples.dat' index 5 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a01f83c6", \
    'samples.dat' index 5 using 1:(position($2)) with points pointtype 5 pointsize 0.6 linecolor rgb "#1f83c6", \
    'samples.dat' index 6 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0cc79a7", \
    'samples.dat' index 6 using 1:(position($2)) with points pointtype 9 pointsize 0.6 linecolor rgb "#cc79a7", \
    'samples.dat' index 7 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0d55e00", \
    'samples.dat' index 7 using 1:(position($2)) with points pointtype 13 pointsize 0.6 linecolor rgb "#d55e00"
unset label
set lmargin at screen 0.7185
set rmargin at screen 0.975
set tmargin at screen 0.837
set bmargin at screen 0.7093
set label '{/:Bold openssl-sha256}' at screen 0.7185,0.8678 left enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native median 1511 MB/s' at screen 0.7185,0.8502 left noenhanced font "sans-serif,10" textcolor rgb "#5b6670"
set border 0
set xrange [0.4:6.6]
set yrange [position(-0.04759009238491867):position(4.823190301742147)]
set ytics ('0' position(0), '+10 %%' position(0.09531017980432487), '2×' position(0.6931471805599453), '10×' position(2.302585092994046), '100×' position(4.605170185988092)) scale 0 noenhanced font "sans-serif,10"
set xtics 1 scale 0 noenhanced font "sans-serif,10" offset 0,0.3
set grid ytics back linetype 1 linecolor rgb "#dfe3e8" linewidth 1
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead back linecolor rgb "#1b1f24" linewidth 1.2
plot 'samples.dat' index 8 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a06b7680", \
    'samples.dat' index 8 using 1:(position($2)) with points pointtype 7 pointsize 0.6 linecolor rgb "#6b7680", \
    'samples.dat' index 9 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a01f83c6", \
    'samples.dat' index 9 using 1:(position($2)) with points pointtype 5 pointsize 0.6 linecolor rgb "#1f83c6", \
    'samples.dat' index 10 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0cc79a7", \
    'samples.dat' index 10 using 1:(position($2)) with points pointtype 9 pointsize 0.6 linecolor rgb "#cc79a7", \
    'samples.dat' index 11 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0d55e00", \
    'samples.dat' index 11 using 1:(position($2)) with points pointtype 13 pointsize 0.6 linecolor rgb "#d55e00"
unset label
set lmargin at screen 0.0661
set rmargin at screen 0.3226
set tmargin at screen 0.6278
set bmargin at screen 0.5
set label '{/:Bold xz}' at screen 0.0661,0.6586 left enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native median 498 ms' at screen 0.0661,0.641 left noenhanced font "sans-serif,10" textcolor rgb "#5b6670"
set border 0
set xrange [0.4:6.6]
set yrange [position(-0.22716238891292084):position(2.430005265122799)]
set ytics ('−10 %%' position(-0.10536051565782631), '0' position(0), '+10 %%' position(0.09531017980432487), '2×' position(0.6931471805599453), '10×' position(2.302585092994046)) scale 0 noenhanced font "sans-serif,10"
set xtics 1 scale 0 noenhanced font "sans-serif,10" offset 0,0.3
set grid ytics back linetype 1 linecolor rgb "#dfe3e8" linewidth 1
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead back linecolor rgb "#1b1f24" linewidth 1.2
plot 'samples.dat' index 12 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a06b7680", \
    'samples.dat' index 12 using 1:(position($2)) with points pointtype 7 pointsize 0.6 linecolor rgb "#6b7680", \
    'samples.dat' index 13 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a01f83c6", \
    'samples.dat' index 13 using 1:(position($2)) with points pointtype 5 pointsize 0.6 linecolor rgb "#1f83c6", \
    'samples.dat' index 14 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0cc79a7", \
    'samples.dat' index 14 using 1:(position($2)) with points pointtype 9 pointsize 0.6 linecolor rgb "#cc79a7", \
    'samples.dat' index 15 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0d55e00", \
    'samples.dat' index 15 using 1:(position($2)) with points pointtype 13 pointsize 0.6 linecolor rgb "#d55e00"
unset label
set lmargin at screen 0.3923
set rmargin at screen 0.6488
set tmargin at screen 0.6278
set bmargin at screen 0.5
set label '{/:Bold stream-triad}' at screen 0.3923,0.6586 left enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native median 18742 MB/s' at screen 0.3923,0.641 left noenhanced font "sans-serif,10" textcolor rgb "#5b6670"
set border 0
set xrange [0.4:6.6]
set yrange [position(-0.23219647805999083):position(3.714947143740432)]
set ytics ('−10 %%' position(-0.10536051565782631), '0' position(0), '+10 %%' position(0.09531017980432487), '2×' position(0.6931471805599453), '10×' position(2.302585092994046)) scale 0 noenhanced font "sans-serif,10"
set xtics 1 scale 0 noenhanced font "sans-serif,10" offset 0,0.3
set grid ytics back linetype 1 linecolor rgb "#dfe3e8" linewidth 1
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead back linecolor rgb "#1b1f24" linewidth 1.2
plot 'samples.dat' index 16 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a06b7680", \
    'samples.dat' index 16 using 1:(position($2)) with points pointtype 7 pointsize 0.6 linecolor rgb "#6b7680", \
    'samples.dat' index 17 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a01f83c6", \
    'samples.dat' index 17 using 1:(position($2)) with points pointtype 5 pointsize 0.6 linecolor rgb "#1f83c6", \
    'samples.dat' index 18 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0cc79a7", \
    'samples.dat' index 18 using 1:(position($2)) with points pointtype 9 pointsize 0.6 linecolor rgb "#cc79a7", \
    'samples.dat' index 19 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0d55e00", \
    'samples.dat' index 19 using 1:(position($2)) with points pointtype 13 pointsize 0.6 linecolor rgb "#d55e00"
unset label
set lmargin at screen 0.7185
set rmargin at screen 0.975
set tmargin at screen 0.6278
set bmargin at screen 0.5
set label '{/:Bold sysbench-memory}' at screen 0.7185,0.6586 left enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native median 19874 MiB/s' at screen 0.7185,0.641 left noenhanced font "sans-serif,10" textcolor rgb "#5b6670"
set border 0
set xrange [0.4:6.6]
set yrange [position(-0.19616220770252793):position(2.1923361720828876)]
set ytics ('−10 %%' position(-0.10536051565782631), '0' position(0), '+10 %%' position(0.09531017980432487), '2×' position(0.6931471805599453), '5×' position(1.6094379124341003)) scale 0 noenhanced font "sans-serif,10"
set xtics 1 scale 0 noenhanced font "sans-serif,10" offset 0,0.3
set grid ytics back linetype 1 linecolor rgb "#dfe3e8" linewidth 1
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead back linecolor rgb "#1b1f24" linewidth 1.2
plot 'samples.dat' index 20 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a06b7680", \
    'samples.dat' index 20 using 1:(position($2)) with points pointtype 7 pointsize 0.6 linecolor rgb "#6b7680", \
    'samples.dat' index 21 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a01f83c6", \
    'samples.dat' index 21 using 1:(position($2)) with points pointtype 5 pointsize 0.6 linecolor rgb "#1f83c6", \
    'samples.dat' index 22 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0cc79a7", \
    'samples.dat' index 22 using 1:(position($2)) with points pointtype 9 pointsize 0.6 linecolor rgb "#cc79a7", \
    'samples.dat' index 23 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0d55e00", \
    'samples.dat' index 23 using 1:(position($2)) with points pointtype 13 pointsize 0.6 linecolor rgb "#d55e00"
unset label
set lmargin at screen 0.0661
set rmargin at screen 0.3226
set tmargin at screen 0.4185
set bmargin at screen 0.2907
set label '{/:Bold fio-randread-4k}' at screen 0.0661,0.4493 left enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native median 45597 IOPS' at screen 0.0661,0.4317 left noenhanced font "sans-serif,10" textcolor rgb "#5b6670"
set border 0
set xrange [0.4:6.6]
set yrange [position(-0.12960885312234025):position(3.324373968771641)]
set ytics ('−10 %%' position(-0.10536051565782631), '0' position(0), '+10 %%' position(0.09531017980432487), '2×' position(0.6931471805599453), '10×' position(2.302585092994046)) scale 0 noenhanced font "sans-serif,10"
set xtics 1 scale 0 noenhanced font "sans-serif,10" offset 0,0.3
set grid ytics back linetype 1 linecolor rgb "#dfe3e8" linewidth 1
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead back linecolor rgb "#1b1f24" linewidth 1.2
plot 'samples.dat' index 24 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a06b7680", \
    'samples.dat' index 24 using 1:(position($2)) with points pointtype 7 pointsize 0.6 linecolor rgb "#6b7680", \
    'samples.dat' index 25 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a01f83c6", \
    'samples.dat' index 25 using 1:(position($2)) with points pointtype 5 pointsize 0.6 linecolor rgb "#1f83c6", \
    'samples.dat' index 26 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0cc79a7", \
    'samples.dat' index 26 using 1:(position($2)) with points pointtype 9 pointsize 0.6 linecolor rgb "#cc79a7", \
    'samples.dat' index 27 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0d55e00", \
    'samples.dat' index 27 using 1:(position($2)) with points pointtype 13 pointsize 0.6 linecolor rgb "#d55e00"
unset label
set lmargin at screen 0.3923
set rmargin at screen 0.6488
set tmargin at screen 0.4185
set bmargin at screen 0.2907
set label '{/:Bold fio-randwrite-fsync}' at screen 0.3923,0.4493 left enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native median 4741 IOPS' at screen 0.3923,0.4317 left noenhanced font "sans-serif,10" textcolor rgb "#5b6670"
set border 0
set xrange [0.4:6.6]
set yrange [position(-0.22571929990359416):position(3.733167630494355)]
set ytics ('−10 %%' position(-0.10536051565782631), '0' position(0), '+10 %%' position(0.09531017980432487), '2×' position(0.6931471805599453), '10×' position(2.302585092994046)) scale 0 noenhanced font "sans-serif,10"
set xtics 1 scale 0 noenhanced font "sans-serif,10" offset 0,0.3
set grid ytics back linetype 1 linecolor rgb "#dfe3e8" linewidth 1
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead back linecolor rgb "#1b1f24" linewidth 1.2
plot 'samples.dat' index 28 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a06b7680", \
    'samples.dat' index 28 using 1:(position($2)) with points pointtype 7 pointsize 0.6 linecolor rgb "#6b7680", \
    'samples.dat' index 29 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a01f83c6", \
    'samples.dat' index 29 using 1:(position($2)) with points pointtype 5 pointsize 0.6 linecolor rgb "#1f83c6", \
    'samples.dat' index 30 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0cc79a7", \
    'samples.dat' index 30 using 1:(position($2)) with points pointtype 9 pointsize 0.6 linecolor rgb "#cc79a7", \
    'samples.dat' index 31 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0d55e00", \
    'samples.dat' index 31 using 1:(position($2)) with points pointtype 13 pointsize 0.6 linecolor rgb "#d55e00"
unset label
set lmargin at screen 0.7185
set rmargin at screen 0.975
set tmargin at screen 0.4185
set bmargin at screen 0.2907
set label '{/:Bold fio-seqwrite}' at screen 0.7185,0.4493 left enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native median 1518 MB/s' at screen 0.7185,0.4317 left noenhanced font "sans-serif,10" textcolor rgb "#5b6670"
set border 0
set xrange [0.4:6.6]
set yrange [position(-0.16783338704497788):position(4.653023534145856)]
set ytics ('−10 %%' position(-0.10536051565782631), '0' position(0), '+10 %%' position(0.09531017980432487), '2×' position(0.6931471805599453), '10×' position(2.302585092994046), '100×' position(4.605170185988092)) scale 0 noenhanced font "sans-serif,10"
set xtics 1 scale 0 noenhanced font "sans-serif,10" offset 0,0.3
set grid ytics back linetype 1 linecolor rgb "#dfe3e8" linewidth 1
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead back linecolor rgb "#1b1f24" linewidth 1.2
plot 'samples.dat' index 32 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a06b7680", \
    'samples.dat' index 32 using 1:(position($2)) with points pointtype 7 pointsize 0.6 linecolor rgb "#6b7680", \
    'samples.dat' index 33 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a01f83c6", \
    'samples.dat' index 33 using 1:(position($2)) with points pointtype 5 pointsize 0.6 linecolor rgb "#1f83c6", \
    'samples.dat' index 34 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0cc79a7", \
    'samples.dat' index 34 using 1:(position($2)) with points pointtype 9 pointsize 0.6 linecolor rgb "#cc79a7", \
    'samples.dat' index 35 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0d55e00", \
    'samples.dat' index 35 using 1:(position($2)) with points pointtype 13 pointsize 0.6 linecolor rgb "#d55e00"
unset label
set lmargin at screen 0.0661
set rmargin at screen 0.3226
set tmargin at screen 0.2093
set bmargin at screen 0.0815
set label '{/:Bold sqlite-insert}' at screen 0.0661,0.2401 left enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native median 336 ms' at screen 0.0661,0.2225 left noenhanced font "sans-serif,10" textcolor rgb "#5b6670"
set border 0
set xrange [0.4:6.6]
set yrange [position(-0.2133382748990532):position(3.3002734026095744)]
set ytics ('−10 %%' position(-0.10536051565782631), '0' position(0), '+10 %%' position(0.09531017980432487), '2×' position(0.6931471805599453), '10×' position(2.302585092994046)) scale 0 noenhanced font "sans-serif,10"
set xtics 1 scale 0 noenhanced font "sans-serif,10" offset 0,0.3
set grid ytics back linetype 1 linecolor rgb "#dfe3e8" linewidth 1
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead back linecolor rgb "#1b1f24" linewidth 1.2
plot 'samples.dat' index 36 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a06b7680", \
    'samples.dat' index 36 using 1:(position($2)) with points pointtype 7 pointsize 0.6 linecolor rgb "#6b7680", \
    'samples.dat' index 37 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a01f83c6", \
    'samples.dat' index 37 using 1:(position($2)) with points pointtype 5 pointsize 0.6 linecolor rgb "#1f83c6", \
    'samples.dat' index 38 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0cc79a7", \
    'samples.dat' index 38 using 1:(position($2)) with points pointtype 9 pointsize 0.6 linecolor rgb "#cc79a7", \
    'samples.dat' index 39 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0d55e00", \
    'samples.dat' index 39 using 1:(position($2)) with points pointtype 13 pointsize 0.6 linecolor rgb "#d55e00"
unset label
set lmargin at screen 0.3923
set rmargin at screen 0.6488
set tmargin at screen 0.2093
set bmargin at screen 0.0815
set label '{/:Bold startup}' at screen 0.3923,0.2401 left enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'native median 22.3 ms' at screen 0.3923,0.2225 left noenhanced font "sans-serif,10" textcolor rgb "#5b6670"
set border 0
set xrange [0.4:6.6]
set yrange [position(-0.46635578524444077):position(6.386462749248694)]
set ytics ('−20 %%' position(-0.22314355131420976), '0' position(0), '2×' position(0.6931471805599453), '10×' position(2.302585092994046), '100×' position(4.605170185988092)) scale 0 noenhanced font "sans-serif,10"
set xtics 1 scale 0 noenhanced font "sans-serif,10" offset 0,0.3
set grid ytics back linetype 1 linecolor rgb "#dfe3e8" linewidth 1
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead back linecolor rgb "#1b1f24" linewidth 1.2
plot 'samples.dat' index 40 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a06b7680", \
    'samples.dat' index 40 using 1:(position($2)) with points pointtype 7 pointsize 0.6 linecolor rgb "#6b7680", \
    'samples.dat' index 41 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a01f83c6", \
    'samples.dat' index 41 using 1:(position($2)) with points pointtype 5 pointsize 0.6 linecolor rgb "#1f83c6", \
    'samples.dat' index 42 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0cc79a7", \
    'samples.dat' index 42 using 1:(position($2)) with points pointtype 9 pointsize 0.6 linecolor rgb "#cc79a7", \
    'samples.dat' index 43 using 1:(position($2)) with lines linewidth 1 linecolor rgb "#a0d55e00", \
    'samples.dat' index 43 using 1:(position($2)) with points pointtype 13 pointsize 0.6 linecolor rgb "#d55e00"
unset label
unset multiplot
unset output
}
