// Runs the main task on real input, and prints a transcript. The logic is in src/cli/demo.
import { runDemo } from '../dist/cli/demo/runDemo.js';

process.exitCode = await runDemo((line) => console.log(line));
