import type { Message, ResponseEnvelope } from '../../ipc/index.js';

/** A response as this adapter expects it of every launcher, made of dapper's. */
type Translation = (response: ResponseEnvelope, args: Message) => ResponseEnvelope;

/** What dapper gives for a value where there is none, with `success: true`. */
const EVALUATION_ERROR = /^<error: (.*)>$/s;

/** An expression that failed is a failure; a value that only looks like that has its own type. */
function evaluated(response: ResponseEnvelope): ResponseEnvelope {
  const { result, type } = response.body ?? {};
  const text = typeof result === 'string' ? EVALUATION_ERROR.exec(result)?.[1] : undefined;
  if (type !== 'error' || text === undefined) return response;
  return { event: 'response', id: response.id, success: false, message: text };
}

/** The page that was asked for, out of the whole stack, and how many frames there are. */
function stackPage(response: ResponseEnvelope, { startFrame, levels }: Message): ResponseEnvelope {
  const frames = response.body?.stackFrames;
  if (!Array.isArray(frames)) return response;
  const first = typeof startFrame === 'number' ? startFrame : 0;
  const count = typeof levels === 'number' && levels > 0 ? levels : frames.length;
  const stackFrames: unknown[] = frames.slice(first, first + count);
  return { ...response, body: { ...response.body, stackFrames, totalFrames: frames.length } };
}

const TRANSLATIONS: Readonly<Record<string, Translation>> = { evaluate: evaluated, stackTrace: stackPage };

/** @param args what the client asked with, not only what dapper reads of it */
export function translateResponse(
  command: string,
  response: ResponseEnvelope,
  args: Message,
): ResponseEnvelope {
  const translation = Object.hasOwn(TRANSLATIONS, command) ? TRANSLATIONS[command] : undefined;
  return translation === undefined || !response.success ? response : translation(response, args);
}
