/// The style sheet inside report.html.
enum HTMLStyle {
    static let text = """
        :root { --page: #ffffff; --card: #f6f8fa; --ink: #1b1f24; --faint: #5b6670; --grid: #dfe3e8; --band: #e9edf2;
          --good: #1a6b3c; --bad: #a8321a; --open: #7a5600; }
        @media (prefers-color-scheme: dark) {
          :root { --page: #14181d; --card: #1c2229; --ink: #e8ebee; --faint: #9aa5b0; --grid: #313a44; --band: #222a33;
            --good: #6fcf97; --bad: #ff9b85; --open: #e5b95c; }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 76rem; background: var(--page); color: var(--ink);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; }
        h2 { font-size: 1.3rem; margin: 2.75rem 0 .75rem; }
        h3 { font-size: 1rem; margin: 0 0 .25rem; }
        p { margin: 0 0 .6rem; }
        .prose { max-width: 46rem; }
        .faint { color: var(--faint); font-weight: 400; font-size: .875em; }
        .cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); }
        .card { background: var(--card); border: 1px solid var(--grid); border-radius: 8px; padding: 1rem 1.15rem; }
        .card p:last-child { margin: 0; }
        .cost { font-size: 1.1rem; font-weight: 600; }
        .scroll { overflow-x: auto; margin-bottom: .75rem; }
        table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; min-width: 60%; }
        th, td { padding: .28rem .7rem; text-align: left; vertical-align: top; }
        thead th { color: var(--faint); font-weight: 500; border-bottom: 1px solid var(--faint); white-space: nowrap; }
        tbody { border-bottom: 1px solid var(--grid); }
        tbody.total { background: var(--card); font-weight: 600; }
        tbody th { font-weight: 600; }
        .number { text-align: right; white-space: nowrap; }
        .words { max-width: 28rem; overflow-wrap: anywhere; }
        .proof { max-width: 44rem; overflow-wrap: anywhere; }
        .facts td { font-size: .8rem; }
        .good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); }
        .note { display: inline-block; max-width: 28rem; color: var(--open); font-size: .875em; }
        figure { margin: 1rem 0 1.5rem; }
        figure svg { display: block; width: 100%; height: auto; }
        svg text, svg tspan { font-family: inherit; }
        \(InlinePicture.style)
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; font-size: .9rem; }
        dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
        code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .875em; }
        pre { background: var(--card); border: 1px solid var(--grid); border-radius: 8px; padding: .8rem 1rem; overflow-x: auto; }
        summary { cursor: pointer; margin: .75rem 0; }
        @media print { body { max-width: none; } section { break-inside: avoid-page; } }
        """
}
