/// report.html: one file without scripts or external resources.
enum HTMLTemplate {
    static let text = """
        {{% CONTENT_TYPE:benchrun-html }}
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>What isolation costs: run {{run}}</title>
        <style>
        \(HTMLStyle.text)
        </style>
        </head>
        <body>
        <header>
        <h1>What isolation costs</h1>
        <p class="faint">run <code>{{run}}</code> · {{subtitle}}</p>
        </header>
        <main>
        <section aria-labelledby="answer">
        <h2 id="answer">The answer</h2>
        <div class="cards">
        {{#headlines}}
        <article class="card">
        <h3>{{environment}}</h3>
        <p class="cost">{{cost}}</p>
        <p>{{details}}</p>
        <p class="faint">{{startup}}</p>
        </article>
        {{/headlines}}
        </div>
        </section>
        <section aria-labelledby="overhead">
        <h2 id="overhead">Overhead against native</h2>
        <p>More than 0 costs more. Intervals are at 95 %{{^isUnpaired}}; <em>needed</em> is the number of rounds that the wanted precision would likely take{{/isUnpaired}}{{#hasStops}}; <em>stopped</em> says why no further round was asked for{{/hasStops}}.</p>
        \(figure("overhead"))
        <div class="scroll">
        <table>
        <thead><tr><th scope="col">workload</th><th scope="col" class="number">native</th><th scope="col">environment</th><th scope="col" class="number">overhead</th><th scope="col" class="number">95 % interval</th><th scope="col">verdict</th><th scope="col" class="number">{{counted}}</th><th scope="col" class="number">needed</th>{{#hasStops}}<th scope="col">stopped</th>{{/hasStops}}</tr></thead>
        <tbody class="total">
        {{#suite}}
        <tr>{{#isFirst}}<th scope="rowgroup" rowspan="{{span}}">{{group}}</th><td rowspan="{{span}}"></td>{{/isFirst}}<td>{{environment}}</td><td class="number">{{overhead}}</td><td class="number">{{interval}}</td><td><span class="{{tone}}">{{verdict}}</span></td><td class="number">{{rounds}}</td><td></td>{{#hasStops}}<td></td>{{/hasStops}}</tr>
        {{/suite}}
        </tbody>
        {{#groups}}
        <tbody>
        {{#rows}}
        <tr>{{#isFirst}}<th scope="rowgroup" rowspan="{{span}}">{{group}}<br><span class="faint">{{title}}</span></th><td class="number" rowspan="{{span}}">{{native}}</td>{{/isFirst}}<td>{{environment}}</td><td class="number">{{overhead}}</td><td class="number">{{interval}}</td><td><span class="{{tone}}">{{verdict}}</span>{{#notes}}<br><span class="note">{{.}}</span>{{/notes}}</td><td class="number">{{rounds}}</td><td class="number">{{needed}}</td>{{#hasStops}}<td>{{stopped}}</td>{{/hasStops}}</tr>
        {{/rows}}
        </tbody>
        {{/groups}}
        </table>
        </div>
        </section>
        {{#hasStartup}}
        <section aria-labelledby="startup">
        <h2 id="startup">From the request for an instance to its end</h2>
        \(figure("startup"))
        <div class="scroll">
        <table>
        <thead><tr><th scope="col">environment</th>{{#startupColumns}}<th scope="col" class="number">{{.}}</th>{{/startupColumns}}</tr></thead>
        <tbody>
        {{#startup}}
        <tr><th scope="row">{{name}}</th>{{#cells}}<td class="number">{{.}}</td>{{/cells}}</tr>
        {{/startup}}
        </tbody>
        </table>
        </div>
        {{#startupNote}}
        <p class="faint">{{.}}</p>
        {{/startupNote}}
        </section>
        {{/hasStartup}}
        {{#timelines}}
        <section aria-label="{{label}}">
        <h2>From the request to the first answer: {{label}}</h2>
        <p>{{title}}. Medians over the launches; in brackets the quickest and the slowest launch.</p>
        \(figure("picture", suffix: ""))
        <div class="scroll">
        <table>
        <thead><tr><th scope="col">environment</th>{{#columns}}<th scope="col" class="number">{{.}}</th>{{/columns}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{name}}</th>{{#cells}}<td class="number">{{.}}</td>{{/cells}}</tr>
        {{/rows}}
        </tbody>
        </table>
        </div>
        {{#missing}}
        <p class="faint">{{.}}</p>
        {{/missing}}
        </section>
        {{/timelines}}
        <section aria-labelledby="samples">
        <h2 id="samples">Every {{#isUnpaired}}value{{/isUnpaired}}{{^isUnpaired}}launch{{/isUnpaired}}</h2>
        \(figure("samples"))
        </section>
        {{^ladder.isEmpty}}
        <section aria-labelledby="ladder">
        <h2 id="ladder">What each step of the ladder costs</h2>
        <p>Each rung takes something away from the one before it. The cost of a step is that of what it takes away: the same estimate as above, of one rung against the next.</p>
        \(figure("ladder"))
        <div class="scroll">
        <table>
        <thead><tr><th scope="col">workload</th><th scope="col">step</th><th scope="col">takes away</th><th scope="col" class="number">cost</th><th scope="col" class="number">95 % interval</th><th scope="col" class="number">rounds</th></tr></thead>
        {{#ladder.groups}}
        <tbody>
        {{#rows}}
        <tr>{{#isFirst}}<th scope="rowgroup" rowspan="{{span}}">{{group}}</th>{{/isFirst}}<td>{{step}}</td><td class="words">{{removes}}</td><td class="number">{{#isWhole}}<strong>{{cost}}</strong>{{/isWhole}}{{^isWhole}}{{cost}}{{/isWhole}}</td><td class="number">{{interval}}</td><td class="number">{{rounds}}</td></tr>
        {{/rows}}
        </tbody>
        {{/ladder.groups}}
        </table>
        </div>
        {{#ladderMissing}}
        <p class="faint">{{.}}</p>
        {{/ladderMissing}}
        </section>
        {{/ladder.isEmpty}}
        {{^hostCost.isEmpty}}
        <section aria-labelledby="cost">
        <h2 id="cost">CPU time of the whole host per unit of work</h2>
        <p>Everything that ran on any CPU while the work was done, daemons, emulator and I/O threads included: native's median, and how much more it is elsewhere.</p>
        <div class="scroll">
        <table>
        <thead><tr><th scope="col">workload</th>{{#hostCost.columns}}<th scope="col" class="number">{{.}}</th>{{/hostCost.columns}}</tr></thead>
        <tbody>
        {{#hostCost.rows}}
        <tr><th scope="row">{{name}}<br><span class="faint">{{note}}</span></th>{{#cells}}<td class="number">{{.}}</td>{{/cells}}</tr>
        {{/hostCost.rows}}
        </tbody>
        </table>
        </div>
        </section>
        {{/hostCost.isEmpty}}
        <section aria-labelledby="absolute">
        <h2 id="absolute">Absolute values</h2>
        <p>Median over the launches, and their coefficient of variation.</p>
        <div class="scroll">
        <table>
        <thead><tr><th scope="col">metric</th>{{#absolutes.columns}}<th scope="col" class="number">{{.}}</th>{{/absolutes.columns}}</tr></thead>
        <tbody>
        {{#absolutes.rows}}
        <tr><th scope="row">{{name}}<br><span class="faint">{{note}}</span></th>{{#cells}}<td class="number">{{.}}</td>{{/cells}}</tr>
        {{/absolutes.rows}}
        </tbody>
        </table>
        </div>
        </section>
        <section aria-labelledby="noise">
        <h2 id="noise">Noise floor</h2>
        <ul>
        {{#noise}}
        <li>{{.}}</li>
        {{/noise}}
        </ul>
        </section>
        {{#hasWarnings}}
        <section aria-labelledby="warnings">
        <h2 id="warnings">Warnings</h2>
        <ul>
        {{#warnings}}
        <li>{{.}}</li>
        {{/warnings}}
        </ul>
        </section>
        {{/hasWarnings}}
        {{#hasDifferences}}
        <section aria-labelledby="differences">
        <h2 id="differences">Differences that can explain figures</h2>
        <ul>
        {{#differences}}
        <li>{{.}}</li>
        {{/differences}}
        </ul>
        </section>
        {{/hasDifferences}}
        {{#hasDeclaredDifferences}}
        <details>
        <summary>Differences that the environments' files declare</summary>
        <ul>
        {{#declaredDifferences}}
        <li>{{.}}</li>
        {{/declaredDifferences}}
        </ul>
        </details>
        {{/hasDeclaredDifferences}}
        {{#hasFailures}}
        <section aria-labelledby="failures">
        <h2 id="failures">What did not work</h2>
        <div class="scroll">
        <table>
        <thead><tr><th scope="col">environment</th><th scope="col">workload</th><th scope="col">outcome</th><th scope="col" class="number">executions</th><th scope="col">rounds</th><th scope="col">rounds without value</th><th scope="col">reason</th></tr></thead>
        <tbody>
        {{#failures}}
        <tr><th scope="row">{{environment}}</th><td>{{workload}}</td><td>{{outcome}}</td><td class="number">{{count}}</td><td>{{rounds}}</td><td>{{lost}}</td><td class="words">{{reason}}</td></tr>
        {{/failures}}
        </tbody>
        </table>
        </div>
        </section>
        {{/hasFailures}}
        <section aria-labelledby="method">
        <h2 id="method">How it was measured</h2>
        {{#method}}
        <p class="prose">{{.}}</p>
        {{/method}}
        <dl>
        {{#conditions}}
        <dt>{{name}}</dt><dd>{{value}}</dd>
        {{/conditions}}
        </dl>
        </section>
        {{#hasGuards}}
        <section aria-labelledby="guards">
        <h2 id="guards">Guards</h2>
        <div class="scroll">
        <table>
        <thead><tr><th scope="col" class="number">no.</th><th scope="col">guard</th><th scope="col">state</th><th scope="col">proof</th></tr></thead>
        <tbody>
        {{#guards}}
        <tr><td class="number">{{number}}</td><th scope="row">{{title}}</th><td><span class="{{tone}}">{{state}}</span></td><td class="proof">{{proof}}</td></tr>
        {{/guards}}
        </tbody>
        </table>
        </div>
        </section>
        {{/hasGuards}}
        <section aria-labelledby="environments">
        <h2 id="environments">Environments and what they attested</h2>
        <div class="scroll">
        <table>
        <thead><tr><th scope="col">environment</th><th scope="col">driver</th><th scope="col">options</th><th scope="col">status</th><th scope="col" class="number">launches</th><th scope="col" class="number">failures</th></tr></thead>
        <tbody>
        {{#environments}}
        <tr><th scope="row">{{name}}<br><span class="faint">{{title}}</span></th><td>{{driver}}</td><td>{{options}}</td><td class="words">{{status}}</td><td class="number">{{launches}}</td><td class="number">{{failures}}</td></tr>
        {{/environments}}
        </tbody>
        </table>
        </div>
        {{^attestation.isEmpty}}
        <details>
        <summary>{{attestationTitle}}</summary>
        <div class="scroll">
        <table class="facts">
        <thead><tr><th scope="col">fact</th><th scope="col">asked</th>{{#attestation.columns}}<th scope="col">{{.}}</th>{{/attestation.columns}}</tr></thead>
        <tbody>
        {{#attestation.rows}}
        <tr><th scope="row">{{name}}</th><td class="words">{{asked}}</td>{{#cells}}<td class="words">{{text}}{{#hasMark}} <span class="{{tone}}">{{mark}}</span>{{/hasMark}}</td>{{/cells}}</tr>
        {{/attestation.rows}}
        </tbody>
        </table>
        </div>
        </details>
        {{/attestation.isEmpty}}
        </section>
        <section aria-labelledby="again">
        <h2 id="again">Make it again</h2>
        <pre>{{#commands}}{{.}}
        {{/commands}}</pre>
        </section>
        </main>
        </body>
        </html>

        """

    /// The picture of a name, or what makes it where it is missing.
    private static func figure(_ name: String, suffix: String = "Picture") -> String {
        """
        {{#\(name)\(suffix)}}
        <figure>{{#exists}}{{{markup}}}{{/exists}}{{^exists}}<p class="faint">There is no picture: gnuplot was not found. <code>gnuplot {{script}}</code> in this folder makes it.</p>{{/exists}}</figure>
        {{/\(name)\(suffix)}}
        """
    }
}
