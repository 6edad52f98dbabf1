# startup.gp
# Phases from the request for an instance to its end, medians.
# run 20261124-043120-0707 · suite default · 6 rounds
# Render it again with: gnuplot startup.gp

set encoding utf8
set datafile separator "\t"
set datafile missing "NaN"

do for [kind in "svg png"] {
if (kind eq "svg") {
    set terminal svg enhanced size 1120,436 font "sans-serif,12" name "startup"
} else { if (strstrt(GPVAL_TERMINALS, "pngcairo") > 0) {
    set terminal pngcairo enhanced size 2240,872 fontscale 1.5 linewidth 2 pointscale 2.2 font "sans-serif,9"
} else {
    set terminal png enhanced size 1120,436 truecolor
} }
set output "startup.".kind

reset
unset key
set border 0
set style fill solid noborder
set label '{/:Bold From the request for an instance to its end}' at screen 0.0179,0.9404 left enhanced font "sans-serif,18" textcolor rgb "#1b1f24"
set label 'medians; thick bars: from the request until the first command has run; thin bars: from the request to stop until nothing is left' at screen 0.0179,0.8853 left noenhanced font "sans-serif,12" textcolor rgb "#5b6670"
set label '' at screen 0.0232,0.8211 point pt 5 ps 1.3 lc rgb "#6a51a3"
set label 'create' at screen 0.0357,0.8211 left noenhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label '' at screen 0.0988,0.8211 point pt 5 ps 1.3 lc rgb "#2f7ebc"
set label 'start' at screen 0.1113,0.8211 left noenhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label '' at screen 0.1677,0.8211 point pt 5 ps 1.3 lc rgb "#23a98b"
set label 'first frame' at screen 0.1802,0.8211 left noenhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label '' at screen 0.2765,0.8211 point pt 5 ps 1.3 lc rgb "#a5c83c"
set label 'first command' at screen 0.289,0.8211 left noenhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label '' at screen 0.3986,0.8211 point pt 5 ps 1.3 lc rgb "#8f6d5b"
set label 'stop' at screen 0.4111,0.8211 left noenhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label '' at screen 0.4609,0.8211 point pt 5 ps 1.3 lc rgb "#c4aa9b"
set label 'remove' at screen 0.4734,0.8211 left noenhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'a bare fork and exec on this host takes 1.18 ms' at screen 0.0179,0.0826 left noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set label 'run 20261124-043120-0707 · suite default · 6 rounds · AMD EPYC · Linux 6.18.44-fc-v657 · 1 CPU at 100 %, 1 GiB for each instance' at screen 0.0179,0.0459 left noenhanced font "sans-serif,11" textcolor rgb "#5b6670"
set multiplot
set lmargin at screen 0.1696
set rmargin at screen 0.623
set tmargin at screen 0.7064
set bmargin at screen 0.211
set xrange [0:0.5]
set yrange [4:0]
unset ytics
set xtics ('0' 0, '100' 0.1, '200' 0.2, '300' 0.30000000000000004, '400' 0.4, '500' 0.5) scale 0 noenhanced font "sans-serif,11"
set grid xtics back linetype 1 linecolor rgb "#dfe3e8" linewidth 1
set label '{/:Bold the first 500 ms, ms}' at screen 0.1696,0.7385 left enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label '{/:Bold native}' at screen 0.1589,0.6618 right enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'ready 22.3 ms' at screen 0.1951,0.6618 left noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label 'gone 3.25 ms' at screen 0.1779,0.6148 left noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '{/:Bold docker}' at screen 0.1589,0.538 right enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'ready 385 ms' at screen 0.5185,0.538 left noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label 'gone 155 ms' at screen 0.3158,0.4909 left noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '{/:Bold podman}' at screen 0.1589,0.4141 right enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'ready 275 ms' at screen 0.4203,0.4141 left noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label 'gone 240 ms' at screen 0.3926,0.3671 left noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
set label '{/:Bold libvirt-tcg}' at screen 0.1589,0.2903 right enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'ready 6.42 s →' at screen 0.6159,0.2903 right noenhanced font "sans-serif,11" textcolor rgb "#ffffff" front
set label 'gone 306 ms' at screen 0.4524,0.2432 left noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
plot 'startup.dat' index 0 using (($2 + $3) / 2):1:2:3:($1 - $4):($1 + $4) with boxxyerror linecolor rgb "#6a51a3", \
    'startup.dat' index 1 using (($2 + $3) / 2):1:2:3:($1 - $4):($1 + $4) with boxxyerror linecolor rgb "#2f7ebc", \
    'startup.dat' index 2 using (($2 + $3) / 2):1:2:3:($1 - $4):($1 + $4) with boxxyerror linecolor rgb "#23a98b", \
    'startup.dat' index 3 using (($2 + $3) / 2):1:2:3:($1 - $4):($1 + $4) with boxxyerror linecolor rgb "#a5c83c", \
    'startup.dat' index 4 using (($2 + $3) / 2):1:2:3:($1 - $4):($1 + $4) with boxxyerror linecolor rgb "#8f6d5b", \
    'startup.dat' index 5 using (($2 + $3) / 2):1:2:3:($1 - $4):($1 + $4) with boxxyerror linecolor rgb "#c4aa9b"
unset label
set lmargin at screen 0.6677
set rmargin at screen 0.9821
set tmargin at screen 0.7064
set bmargin at screen 0.211
set xrange [0:8.785898721960002]
set yrange [4:0]
unset ytics
set xtics ('0' 0, '2' 2, '4' 4, '6' 6, '8' 8) scale 0 noenhanced font "sans-serif,11"
set grid xtics back linetype 1 linecolor rgb "#dfe3e8" linewidth 1
set label '{/:Bold all of it, s}' at screen 0.6677,0.7385 left enhanced font "sans-serif,12" textcolor rgb "#1b1f24"
set label 'ready 6.42 s' at screen 0.9043,0.2903 left noenhanced font "sans-serif,11" textcolor rgb "#1b1f24"
plot 'startup.dat' index 0 using (($2 + $3) / 2):1:2:3:($1 - $4):($1 + $4) with boxxyerror linecolor rgb "#6a51a3", \
    'startup.dat' index 1 using (($2 + $3) / 2):1:2:3:($1 - $4):($1 + $4) with boxxyerror linecolor rgb "#2f7ebc", \
    'startup.dat' index 2 using (($2 + $3) / 2):1:2:3:($1 - $4):($1 + $4) with boxxyerror linecolor rgb "#23a98b", \
    'startup.dat' index 3 using (($2 + $3) / 2):1:2:3:($1 - $4):($1 + $4) with boxxyerror linecolor rgb "#a5c83c", \
    'startup.dat' index 4 using (($2 + $3) / 2):1:2:3:($1 - $4):($1 + $4) with boxxyerror linecolor rgb "#8f6d5b", \
    'startup.dat' index 5 using (($2 + $3) / 2):1:2:3:($1 - $4):($1 + $4) with boxxyerror linecolor rgb "#c4aa9b"
unset label
unset multiplot
unset output
}
