import type { ReactElement, ReactNode } from 'react';
import { Button, IconButton } from '../base/button.tsx';
import { Chip } from '../base/chip.tsx';
import { PersonName } from '../clinical/person-name.tsx';
import { Icon } from '../icons/icon.tsx';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';
import './video-dock.css';

export interface VideoDockProps {
  readonly other: string;
  readonly state: 'calling' | 'on' | 'lost' | 'ended';
  /** The picture of the other and of oneself; without one there is sound alone. */
  readonly picture?: ReactNode;
  readonly self?: ReactNode;
  readonly quality: 'good' | 'fair' | 'poor';
  readonly muted: boolean;
  readonly recording?: boolean;
  readonly captions?: string;
  readonly since?: string;
  readonly onMute: () => void;
  readonly onPicture?: () => void;
  readonly onLeave: () => void;
}

/** A call beside the work: who, how well it carries, sound alone when the line is poor, and a recording is always said. */
export function VideoDock(props: VideoDockProps): ReactElement {
  const { other, state, picture, self, quality, muted, recording, captions, since, onMute, onPicture, onLeave } = props;
  const t = useTexts(boardTexts);
  const grades = {
    good: ['ok', t('lineGood')],
    fair: ['warn', t('lineFair')],
    poor: ['critical', t('linePoor')],
  } as const;
  const [tone, word] = grades[quality];
  const said = { calling: t('calling'), on: since ?? t('onCall'), lost: t('lineLost'), ended: t('callEnded') }[state];
  return (
    <section className="m-dock" aria-label={t('callWith', { name: other })}>
      {recording && (
        <p className="m-dock-record" role="status">
          <Icon name="camera" size={16} />
          {t('recording')}
        </p>
      )}
      <div className="m-dock-stage">
        {state === 'on' && picture ? picture : <Icon name={state === 'lost' ? 'warn' : 'user'} size={24} />}
        {self && <div className="m-dock-self">{self}</div>}
      </div>
      <p className="m-dock-who">
        <PersonName name={other} />
        <span role="status">{said}</span>
        {state === 'on' && <Chip tone={tone}>{word}</Chip>}
        {state === 'on' && !picture && <Chip>{t('soundOnly')}</Chip>}
      </p>
      {captions && (
        <p className="m-dock-captions" aria-live="polite">
          {captions}
        </p>
      )}
      <div className="m-dock-keys" role="toolbar" aria-label={t('callKeys')}>
        <IconButton
          icon="mic"
          label={t(muted ? 'unmute' : 'mute')}
          pressed={muted}
          disabled={state !== 'on'}
          onClick={onMute}
        />
        {onPicture && (
          <IconButton
            icon="camera"
            label={t('picture')}
            pressed={self !== undefined}
            disabled={state !== 'on'}
            onClick={onPicture}
          />
        )}
        <Button look="danger" icon="phone" disabled={state === 'ended'} onClick={onLeave}>
          {t('leaveCall')}
        </Button>
      </div>
    </section>
  );
}
