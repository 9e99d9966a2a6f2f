import '@mach/ui/tokens/fonts.css';
import '@mach/ui/tokens/colour.css';
import '@mach/ui/tokens/scale.css';
import '@mach/ui/tokens/reset.css';
import {
  applyPreferences,
  Chip,
  DataProvider,
  DrawerProvider,
  KeyHint,
  type Preferences,
  type Session,
  setPreferences,
  startKeys,
  usePreferences,
} from '@mach/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import '../shell/shell.css';
import { fixtureTransport } from './fixture-transport.ts';
import { stories } from './stories/index.ts';
import { STATES, type StateName, type Story } from './stories/story.tsx';
import './stories-page.css';

/*
 * Every component in every state on one page. `?only=MARGrid` shows one; `?only=SignatureDialog&state=error` opens one that
 * covers the page; `?plain` leaves the tools out, for pictures.
 */
const asked = new URLSearchParams(location.search);
const session: Session = {
  user: { name: 'BS Nguyễn Hoàng An', account: 'bacsi', roles: ['doctor'], permissions: ['*'], practitioner: 'an' },
  facility: { name: 'BV Mẫu', code: '01999', mode: 'demo' },
};

function Figures({ story }: { readonly story: Story }): ReactElement {
  const { name, keys, states, more = {} } = story;
  return (
    <section className="st-story" data-story={name} aria-labelledby={`st-${name}`}>
      <header className="st-head">
        <h2 id={`st-${name}`}>{name}</h2>
        {keys.map(([chord, what]) => (
          <span key={chord} className="st-key">
            <KeyHint chord={chord} /> {what}
          </span>
        ))}
      </header>
      {story.over ? (
        <p className="st-links">
          {(Object.keys(STATES) as StateName[]).map((state) => (
            <a key={state} href={`?only=${name}&state=${state}`}>
              {STATES[state]}
            </a>
          ))}
        </p>
      ) : (
        <div className="st-states">
          {(Object.keys(STATES) as StateName[]).map((state) => (
            <Figure key={state} name={STATES[state]} state={state} render={states[state]} />
          ))}
          {Object.entries(more).map(([title, render]) => (
            <Figure key={title} name={title} state={title} render={render} />
          ))}
        </div>
      )}
    </section>
  );
}

function Figure(props: {
  readonly name: string;
  readonly state: string;
  readonly render: () => ReactElement;
}): ReactElement {
  return (
    <figure className="st-figure" data-state={props.state}>
      <figcaption>{props.name}</figcaption>
      {props.render()}
    </figure>
  );
}

function Tools(props: { readonly training: boolean; readonly onTraining: () => void }): ReactElement {
  const { theme, density, language } = usePreferences();
  const [large, setLarge] = useState(false);
  const set = (change: Partial<Preferences>) => () => setPreferences(change);
  useEffect(() => {
    document.documentElement.style.setProperty('zoom', large ? '2' : '');
  }, [large]);
  return (
    <header className="st-tools" role="toolbar" aria-label="Cách xem">
      <strong>Mạch</strong>
      <Chip onClick={set({ theme: 'light' })} pressed={theme === 'light'}>
        Ban ngày
      </Chip>
      <Chip onClick={set({ theme: 'dark' })} pressed={theme === 'dark'}>
        Ca đêm
      </Chip>
      <Chip onClick={props.onTraining} pressed={props.training}>
        Tập
      </Chip>
      {(['compact', 'standard', 'touch'] as const).map((one) => (
        <Chip key={one} onClick={set({ density: one })} pressed={density === one}>
          {{ compact: 'Gọn', standard: 'Chuẩn', touch: 'Chạm' }[one]}
        </Chip>
      ))}
      <Chip onClick={() => setLarge(!large)} pressed={large}>
        200 %
      </Chip>
      <Chip onClick={set({ language: language === 'vi' ? 'en' : 'vi' })}>
        {language === 'vi' ? 'English' : 'Tiếng Việt'}
      </Chip>
      <Chip icon="print" onClick={() => print()}>
        Bản in
      </Chip>
    </header>
  );
}

function Page(): ReactElement {
  const [training, setTraining] = useState(asked.has('training'));
  const only = asked.get('only');
  const state = (asked.get('state') ?? 'full') as StateName;
  const shown = stories.filter((story) => only === null || story.name === only);
  useEffect(() => startKeys(), []);
  return (
    <div className="st-page" data-mode={training ? 'training' : undefined}>
      {!asked.has('plain') && <Tools training={training} onTraining={() => setTraining(!training)} />}
      <main className="st-main">
        <h1 className="m-sr">Thành phần</h1>
        {shown.map((story) => (
          <Figures key={story.name} story={story} />
        ))}
        {only !== null && shown[0]?.over && asked.has('state') && shown[0].states[state]()}
      </main>
    </div>
  );
}

applyPreferences();
const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <DataProvider transport={fixtureTransport()} session={session}>
      <DrawerProvider>
        <Page />
      </DrawerProvider>
    </DataProvider>,
  );
