// Runs the benchmarks: reads the command line, runs the suite, prints the results.
import { resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { distUrl } from './contenders/ours.mjs';
import { writeDocs } from './docs.mjs';
import { machineText } from './machine.mjs';
import { HELP, readOptions } from './options.mjs';
import { runSuite } from './suite.mjs';
import { summarize } from './summary.mjs';
import { failedLines, markdownTable, skippedLines, textTable } from './table.mjs';

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return console.log(HELP);
  if (options.dist !== undefined) process.env.BENCH_DIST = resolve(options.dist);
  if (!existsSync(new URL('index.js', distUrl())))
    throw new Error('there is no build to measure: npm run build');
  const started = performance.now();
  const results = await runSuite(options, progressSince(started));
  const seconds = Math.round((performance.now() - started) / 1000);
  const report = {
    machine: machineText(),
    rounds: options.rounds,
    seconds,
    rows: summarize(results),
    notMeasured: [...failedLines(results), ...skippedLines(results, options.left)],
  };
  console.log(options.json ? JSON.stringify(report, undefined, 2) : asText(report));
  if (options['write-docs']) await writeDocs(asMarkdown(report));
  if (failedLines(results).length > 0) process.exitCode = 1;
}

function headOf({ machine, rounds, seconds }) {
  return `${machine}; ${rounds} rounds, ${seconds} s.`;
}

function asText(report) {
  const notMeasured = report.notMeasured.map((line) => `not measured: ${line}`);
  return [headOf(report), '', textTable(report.rows), '', ...notMeasured].join('\n');
}

function asMarkdown(report) {
  const list = report.notMeasured.map((line) => `- ${line}`).join('\n');
  return [headOf(report), markdownTable(report.rows), 'Not measured:', list].join('\n\n');
}

function progressSince(started) {
  return (line) =>
    console.error(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${line}`);
}

try {
  await main();
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
