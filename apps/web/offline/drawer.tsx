import {
  Drawer,
  Fact,
  Facts,
  formatTime,
  OfflineNote,
  PrintButton,
  useAway,
  useDrawer,
  useLink,
  usePick,
  useTexts,
} from '@mach/ui';
import type { ReactElement } from 'react';
import './drawer.css';
import { KeptActRow } from './kept-row.tsx';
import { texts } from './texts.ts';

/** What the chip stands for: the three ways out, what can be done now, and what waits on this device. */
export function ConnectionDrawer(): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const link = useLink();
  const drawer = useDrawer('sync');
  const { acts, away, down } = useAway();
  const others = away?.others() ?? 0;
  const net = link.internet?.state ?? 'unknown';
  return (
    <Drawer id="sync" title={t('connection')}>
      {down && (
        <OfflineNote>
          {t('awayLead')} {t('awayCan')}
        </OfflineNote>
      )}
      {down && <p className="w-away-cannot">{t('awayCannot')}</p>}
      <ul className="w-links">
        <Way
          name={t('server')}
          state={down ? 'down' : 'ok'}
          said={down && link.downSince ? t('downSince', { time: formatTime(link.downSince) }) : undefined}
        />
        <Way name={t('internet')} state={down ? 'unknown' : net} said={down ? t('unseen') : undefined} />
        {(link.services ?? []).map((one) => (
          <Way
            key={one.name}
            name={nameOf(pick(one.title), one.simulated ? t('simulated') : undefined)}
            state={down ? 'unknown' : one.state}
            said={
              down
                ? t('unseen')
                : [
                    one.since ? t('downSince', { time: formatTime(one.since) }) : '',
                    one.waiting > 0 ? t('waitingThere', { n: one.waiting }) : '',
                  ]
                    .filter(Boolean)
                    .join(' · ') || undefined
            }
          />
        ))}
      </ul>
      {away === undefined ? (
        <p className="w-away-cannot">{t('cannotKeep')}</p>
      ) : (
        <section className="w-kept">
          <h3>{t('queue')}</h3>
          {acts.length === 0 && <p className="w-keys-hint">{t('queueEmpty')}</p>}
          <ul>
            {acts.map((act) => (
              <KeptActRow key={act.id} act={act} away={away} down={down} onDone={drawer.close} />
            ))}
          </ul>
          {others > 0 && <p className="w-away-cannot">{t('others', { n: others })}</p>}
          <Facts>
            <Fact label={t('lastAnswer')}>{link.lastSeen ? formatTime(link.lastSeen) : '—'}</Fact>
            {(['queue', 'receipt', 'note'] as const).map(
              (series) =>
                away.left(series) > 0 && (
                  <Fact
                    key={series}
                    label={t(series === 'queue' ? 'leftQueue' : series === 'receipt' ? 'leftReceipt' : 'leftNote')}
                  >
                    {away.left(series)}
                    {!down && <BlankPapers block={away.block(series)} />}
                  </Fact>
                ),
            )}
          </Facts>
        </section>
      )}
    </Drawer>
  );
}

/** Numbers that this desk holds, as blank papers for the hour without a server. */
function BlankPapers({ block }: { readonly block: string | undefined }): ReactElement | null {
  const t = useTexts(texts);
  if (block === undefined) return null;
  return (
    <span className="w-blanks">
      <PrintButton form="desk.block-strip" id={block} label={t('printStrip')} size="small" look="quiet" />
      <PrintButton form="desk.block" id={block} label={t('printSheet')} size="small" look="quiet" />
    </span>
  );
}

/** A simulator says so once, whoever names it. */
const nameOf = (title: string, simulated: string | undefined): string =>
  simulated === undefined || title.includes(`(${simulated})`) ? title : `${title} (${simulated})`;

const WORD = { ok: 'ok', down: 'down', unknown: 'unknown' } as const;

function Way(props: {
  readonly name: string;
  readonly state: 'ok' | 'down' | 'unknown';
  readonly said: string | undefined;
}): ReactElement {
  const t = useTexts(texts);
  return (
    <li className="w-way" data-state={props.state}>
      <span className="w-way-dot" aria-hidden="true" />
      <span className="w-way-name">{props.name}</span>
      <span className="w-way-said">{props.said ?? t(WORD[props.state])}</span>
    </li>
  );
}
