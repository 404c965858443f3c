import { CONTENDERS } from './contenders/index.mjs';
import { measure } from './hostProcess.mjs';
import { WORKLOADS } from './workloads/index.mjs';

/**
 * Contenders with quadratic cost in the size. They run once, which takes as long as all other contenders
 * together.
 */
const SLOW = { large: ['protocolServer'] };

/**
 * Runs the workloads in turn, each in rounds. Each round runs every contender once, and starts with another
 * contender.
 *
 * @param {object} options as `readOptions` returns them
 * @param {(line: string) => void} progress
 * @returns results by workload: samples by contender, skipped contenders with reason, failed contenders with
 * error
 */
export async function runSuite(options, progress) {
  const results = {};
  for (const name of options.workloads) results[name] = await runWorkload(name, options, progress);
  return results;
}

async function runWorkload(name, options, progress) {
  const workload = WORKLOADS[name];
  const { running, skipped } = castOf(name, options);
  const failed = {};
  const samples = Object.fromEntries(running.map((contender) => [contender, []]));
  const { maxRounds = Infinity } = workload;
  const rounds = Math.min(options.rounds, maxRounds, maxRounds === Infinity ? Infinity : options.heavyRounds);
  for (let round = 0; round < rounds; round += 1) {
    progress(`${workload.title}: round ${round + 1} of ${rounds}`);
    for (const contender of rotated(running, round)) {
      if (failed[contender] !== undefined) continue;
      if (round > 0 && SLOW[name]?.includes(contender)) continue;
      await measureOnce({ name, contender, options, samples, failed, progress });
    }
  }
  return { samples, skipped, failed };
}

async function measureOnce({ name, contender, options, samples, failed, progress }) {
  const job = { workload: name, contender, settings: options.settings };
  try {
    samples[contender].push(await measure(CONTENDERS[contender], job, WORKLOADS[name]));
  } catch (error) {
    failed[contender] = error.message;
    progress(`  ${contender} failed: ${error.message}`);
  }
}

function castOf(name, { contenders, slow }) {
  const able = WORKLOADS[name].contenders ?? contenders;
  const wanted = contenders.filter((contender) => able.includes(contender));
  const skipped = {};
  for (const contender of wanted) {
    const why = whyNot(name, contender, slow);
    if (why !== undefined) skipped[contender] = why;
  }
  return { running: wanted.filter((contender) => skipped[contender] === undefined), skipped };
}

function whyNot(name, contender, slow) {
  const reason = WORKLOADS[name].skipped?.[contender] ?? CONTENDERS[contender].missing?.();
  const tooSlow = !slow && SLOW[name]?.includes(contender);
  return reason ?? (tooSlow ? 'takes too long for the short form' : undefined);
}

function rotated(list, by) {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
