import type { Issue } from '@mach/base';
import { answerOf, saveFile } from './request.ts';
import { RequestProblem, Unreachable } from './transport.ts';

const FRAME = 'm-print-frame';
/** A form takes milliseconds; a phone on a poor network some seconds. */
const PATIENCE = 30_000;

/** What the printer of a desk takes: which paper, how many copies. */
export interface PaperWanted {
  readonly paper: string;
  readonly copies: number;
}

export function printAddress(form: string, id: string, on?: PaperWanted): string {
  const how = on ? `?paper=${encodeURIComponent(on.paper)}${on.copies > 1 ? `&copies=${on.copies}` : ''}` : '';
  return `/api/print/${encodeURIComponent(form)}/${encodeURIComponent(id)}.pdf${how}`;
}

/**
 * Sends a form to the printer: `printForm('outpatient.prescription', documentId)`. The paper is made by the server from
 * the records; the browser asks which printer. Where the browser shows no PDF (phones), the file is handed over.
 * @throws RequestProblem when the server refuses, Unreachable without a network
 */
export async function printForm(form: string, id: string, on?: PaperWanted): Promise<void> {
  const address = printAddress(form, id, on);
  if (!navigator.pdfViewerEnabled) return handOver(address);
  const frame = await loaded(address);
  try {
    frame.contentWindow?.focus();
    frame.contentWindow?.print();
  } catch {
    // A viewer that hides its page cannot be told to print: the paper is shown, with the viewer's own button.
    window.open(address, '_blank', 'noopener');
  }
}

/** A frame that nobody sees. It stays until the next print: the dialog needs it. */
function loaded(address: string): Promise<HTMLIFrameElement> {
  document.getElementById(FRAME)?.remove();
  const frame = document.createElement('iframe');
  frame.id = FRAME;
  frame.title = '';
  frame.setAttribute('aria-hidden', 'true');
  frame.tabIndex = -1;
  Object.assign(frame.style, { position: 'fixed', inset: 'auto 0 0 auto', width: '1px', height: '1px', border: '0' });
  return new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Unreachable('print')), PATIENCE);
    frame.addEventListener('load', () => {
      clearTimeout(timer);
      const problem = problemIn(frame);
      if (problem) failed(problem);
      else done(frame);
    });
    frame.src = address;
    document.body.append(frame);
  });
}

/** A refusal arrives as a page of JSON where a paper should be. */
function problemIn(frame: HTMLIFrameElement): Error | undefined {
  let page: Document | null;
  try {
    page = frame.contentDocument;
  } catch {
    return undefined;
  }
  // The viewer of some browsers hides its page: then it is a paper.
  if (!page || page.contentType === 'application/pdf') return undefined;
  return problemOf(page.body?.textContent ?? '');
}

function problemOf(text: string): Error {
  try {
    const { status = 500, issue = [] } = JSON.parse(text) as { status?: number; issue?: Issue[] };
    return new RequestProblem(status, issue);
  } catch {
    return new Unreachable('print');
  }
}

async function handOver(address: string): Promise<void> {
  await saveFile(await answerOf(address, { timeoutMs: PATIENCE }), 'mach.pdf');
}
