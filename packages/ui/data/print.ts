import type { Issue } from '@mach/base';
import { RequestProblem, Unreachable } from './transport.ts';

const FRAME = 'm-print-frame';
/** A form takes milliseconds; a phone on a poor network some seconds. */
const PATIENCE = 30_000;

export const printAddress = (form: string, id: string): string =>
  `/api/print/${encodeURIComponent(form)}/${encodeURIComponent(id)}.pdf`;

/**
 * Sends a form to the printer: `printForm('outpatient.prescription', documentId)`. The paper is made by the server from
 * the records; the browser asks which printer. Where the browser shows no PDF (phones), the file is handed over.
 * @throws RequestProblem when the server refuses, Unreachable without a network
 */
export async function printForm(form: string, id: string): Promise<void> {
  const address = printAddress(form, id);
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
  const answer = await fetch(address, { credentials: 'same-origin' }).catch(() => undefined);
  if (!answer) throw new Unreachable('print');
  if (!answer.ok) throw problemOf(await answer.text());
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? 'mach.pdf';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
