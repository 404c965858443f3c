import type { Message, ResponseEnvelope } from '../../ipc/index.js';

/** Makes the response that this adapter expects of every launcher from dapper's response. */
type Translation = (response: ResponseEnvelope, args: Message) => ResponseEnvelope;

/** The value that dapper gives for a failed evaluation, with `success: true`. */
const EVALUATION_ERROR = /^<error: (.*)>$/s;

/** Makes a failure of a failed evaluation. A text that only looks like one has another type. */
function evaluated(response: ResponseEnvelope): ResponseEnvelope {
  const { result, type } = response.body ?? {};
  const text = typeof result === 'string' ? EVALUATION_ERROR.exec(result)?.[1] : undefined;
  if (type !== 'error' || text === undefined) return response;
  return { event: 'response', id: response.id, success: false, message: text };
}

/** Cuts the requested page out of the whole stack, and adds the number of frames. */
function stackPage(response: ResponseEnvelope, { startFrame, levels }: Message): ResponseEnvelope {
  const frames = response.body?.stackFrames;
  if (!Array.isArray(frames)) return response;
  const first = typeof startFrame === 'number' ? startFrame : 0;
  const count = typeof levels === 'number' && levels > 0 ? levels : frames.length;
  const stackFrames: unknown[] = frames.slice(first, first + count);
  return { ...response, body: { ...response.body, stackFrames, totalFrames: frames.length } };
}

const TRANSLATIONS: Readonly<Record<string, Translation>> = { evaluate: evaluated, stackTrace: stackPage };

/** @param args the client's arguments, also those that dapper does not read */
export function translateResponse(
  command: string,
  response: ResponseEnvelope,
  args: Message,
): ResponseEnvelope {
  const translation = Object.hasOwn(TRANSLATIONS, command) ? TRANSLATIONS[command] : undefined;
  return translation === undefined || !response.success ? response : translation(response, args);
}
