import type { Board } from '@mach/operations/board/board.ts';

/** The server is heard every 15 s; after this long the line is taken for dead, ms. */
const DEAD = 40_000;
/** Between two attempts, ms: at first quickly, then without wearing anybody down. */
const FIRST = 1_000;
const MOST = 15_000;

export type LineState = 'connecting' | 'open' | 'lost' | 'closed';

/** Listens to the board for ever: connects anew by itself, also when a browser has given up or a proxy fell asleep. */
export function listen(
  facility: string | null,
  onBoard: (board: Board) => void,
  onState: (s: LineState) => void,
): void {
  const query = facility === null ? '' : `?facility=${encodeURIComponent(facility)}`;
  let wait = FIRST;
  let opened = false;
  let dead: ReturnType<typeof setTimeout> | undefined;

  function connect(): void {
    const source = new EventSource(`/api/board/live${query}`);
    const heard = (): void => {
      clearTimeout(dead);
      dead = setTimeout(again, DEAD);
    };
    let over = false;
    function again(): void {
      if (over) return;
      over = true;
      clearTimeout(dead);
      source.close();
      onState(opened ? 'lost' : 'connecting');
      if (!opened) void whyNot(query, onState);
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, MOST);
    }
    source.onmessage = (event: MessageEvent<string>) => {
      opened = true;
      wait = FIRST;
      heard();
      onState('open');
      onBoard(JSON.parse(event.data) as Board);
    };
    source.addEventListener('alive', heard);
    source.onerror = again;
    heard();
  }
  connect();
}

/** A refusal looks like a broken line to an event stream: asked once more, it says what it is. */
async function whyNot(query: string, onState: (state: LineState) => void): Promise<void> {
  const answer = await fetch(`/api/board${query}`).catch(() => undefined);
  if (answer && [401, 403, 404].includes(answer.status)) onState('closed');
}
