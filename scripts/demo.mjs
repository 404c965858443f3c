// The main job on real input, told as a transcript for people. The logic is in src/cli/demo.
import { runDemo } from '../dist/cli/demo/runDemo.js';

process.exitCode = await runDemo((line) => console.log(line));
