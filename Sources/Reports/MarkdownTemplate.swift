/// report.md, in GitHub's Markdown.
enum MarkdownTemplate {
    static let text = """
        {{% CONTENT_TYPE:benchrun-markdown }}
        # What isolation costs: run {{run}}

        {{subtitle}}

        ## The answer

        {{#headlines}}
        - **{{environment}}**: {{sentence}}
        {{/headlines}}

        ## Overhead against native

        More than 0 costs more. Intervals are at 95 %{{^isUnpaired}}; *needed* is the number of rounds that the wanted
        precision would likely take{{/isUnpaired}}{{#hasStops}}; *stopped* says why no further round was asked for{{/hasStops}}.

        | workload | native | environment | overhead | 95 % interval | verdict | {{counted}} | needed |{{#hasStops}} stopped |{{/hasStops}}
        |---|---:|---|---:|---:|---|---:|---:|{{#hasStops}}---|{{/hasStops}}
        {{#suite}}
        | {{#isFirst}}**{{group}}**{{/isFirst}} | | **{{environment}}** | **{{overhead}}** | {{interval}} | {{verdict}} | {{rounds}} | |{{#hasStops}} |{{/hasStops}}
        {{/suite}}
        {{#groups}}
        {{#rows}}
        | {{#isFirst}}{{group}}{{/isFirst}} | {{#isFirst}}{{native}}{{/isFirst}} | {{environment}} | {{overhead}} | {{interval}} | {{verdict}}{{#notes}}<br>{{.}}{{/notes}} | {{rounds}} | {{needed}} |{{#hasStops}} {{stopped}} |{{/hasStops}}
        {{/rows}}
        {{/groups}}

        {{#pictures}}
        {{#exists}}
        ![{{description}}]({{file}})

        {{/exists}}
        {{^exists}}
        *There is no picture `{{file}}`: gnuplot was not found. `gnuplot {{script}}` in this folder makes it.*

        {{/exists}}
        {{/pictures}}
        {{#hasStartup}}
        ## From the request for an instance to its end

        Medians over the launches.

        | environment |{{#startupColumns}} {{.}} |{{/startupColumns}}
        |---|{{#startupColumns}}---:|{{/startupColumns}}
        {{#startup}}
        | {{name}} |{{#cells}} {{.}} |{{/cells}}
        {{/startup}}

        {{#startupNote}}
        {{.}}

        {{/startupNote}}
        {{/hasStartup}}
        {{#timelines}}
        ## From the request to the first answer: {{label}}

        {{title}}. Medians over the launches; in brackets the quickest and the slowest launch.

        | environment |{{#columns}} {{.}} |{{/columns}}
        |---|{{#columns}}---:|{{/columns}}
        {{#rows}}
        | {{name}} |{{#cells}} {{.}} |{{/cells}}
        {{/rows}}

        {{#missing}}
        - {{.}}
        {{/missing}}

        {{/timelines}}
        {{^ladder.isEmpty}}
        ## What each step of the ladder costs

        Each rung takes something away from the one before it. The cost of a step is that of what it takes away: the same
        estimate as above, of one rung against the next.

        | workload | step | takes away | cost | 95 % interval | rounds |
        |---|---|---|---:|---:|---:|
        {{#ladder.groups}}
        {{#rows}}
        | {{#isFirst}}{{group}}{{/isFirst}} | {{step}} | {{removes}} | {{#isWhole}}**{{cost}}**{{/isWhole}}{{^isWhole}}{{cost}}{{/isWhole}} | {{interval}} | {{rounds}} |
        {{/rows}}
        {{/ladder.groups}}

        {{#ladderMissing}}
        - {{.}}
        {{/ladderMissing}}

        {{/ladder.isEmpty}}
        {{^hostCost.isEmpty}}
        ## CPU time of the whole host per unit of work

        Everything that ran on any CPU while the work was done, daemons, emulator and I/O threads included: native's median,
        and how much more it is elsewhere.

        | workload |{{#hostCost.columns}} {{.}} |{{/hostCost.columns}}
        |---|{{#hostCost.columns}}---:|{{/hostCost.columns}}
        {{#hostCost.rows}}
        | {{name}}, {{note}} |{{#cells}} {{.}} |{{/cells}}
        {{/hostCost.rows}}

        {{/hostCost.isEmpty}}
        ## Absolute values

        Median over the launches, and their coefficient of variation.

        | metric |{{#absolutes.columns}} {{.}} |{{/absolutes.columns}}
        |---|{{#absolutes.columns}}---:|{{/absolutes.columns}}
        {{#absolutes.rows}}
        | {{name}} ({{note}}) |{{#cells}} {{.}} |{{/cells}}
        {{/absolutes.rows}}

        ## Noise floor

        {{#noise}}
        - {{.}}
        {{/noise}}

        {{#hasWarnings}}
        ## Warnings

        {{#warnings}}
        - {{.}}
        {{/warnings}}

        {{/hasWarnings}}
        {{#hasDifferences}}
        ## Differences that can explain figures

        {{#differences}}
        - {{.}}
        {{/differences}}

        {{/hasDifferences}}
        {{#hasDeclaredDifferences}}
        ## Differences that the environments' files declare

        {{#declaredDifferences}}
        - {{.}}
        {{/declaredDifferences}}

        {{/hasDeclaredDifferences}}
        {{#hasFailures}}
        ## What did not work

        | environment | workload | outcome | executions | rounds | rounds without value | reason |
        |---|---|---|---:|---|---|---|
        {{#failures}}
        | {{environment}} | {{workload}} | {{outcome}} | {{count}} | {{rounds}} | {{lost}} | {{reason}} |
        {{/failures}}

        {{/hasFailures}}
        ## How it was measured

        {{#method}}
        {{.}}

        {{/method}}
        {{#conditions}}
        - {{name}}: {{value}}
        {{/conditions}}

        {{#hasGuards}}
        ## Guards

        | | guard | state | proof |
        |---:|---|---|---|
        {{#guards}}
        | {{number}} | {{title}} | {{state}} | {{proof}} |
        {{/guards}}

        {{/hasGuards}}
        ## Environments and what they attested

        | environment | | driver | options | status | launches | failures |
        |---|---|---|---|---|---:|---:|
        {{#environments}}
        | {{name}} | {{title}} | {{driver}} | {{options}} | {{status}} | {{launches}} | {{failures}} |
        {{/environments}}

        {{^attestation.isEmpty}}
        {{attestationNote}}

        | fact | asked |{{#attestation.columns}} {{.}} |{{/attestation.columns}}
        |---|---|{{#attestation.columns}}---|{{/attestation.columns}}
        {{#attestation.rows}}
        | {{name}} | {{asked}} |{{#cells}} {{text}}{{#hasMark}} **{{mark}}**{{/hasMark}} |{{/cells}}
        {{/attestation.rows}}

        {{/attestation.isEmpty}}
        ## Make it again

        ```sh
        {{#commands}}
        {{{.}}}
        {{/commands}}
        ```

        """
}
