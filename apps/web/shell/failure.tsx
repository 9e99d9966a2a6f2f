import { Button, Empty, useTexts } from '@mach/ui';
import { Component, type ReactElement, type ReactNode } from 'react';
import { texts } from '../texts.ts';

function Broken({ onReopen }: { readonly onReopen: () => void }): ReactElement {
  const t = useTexts(texts);
  return (
    <Empty
      icon="warn"
      title={t('brokenTitle')}
      hint={t('brokenHint')}
      action={
        <Button icon="sync" onClick={onReopen}>
          {t('brokenReload')}
        </Button>
      }
    />
  );
}

/** Keeps a failing screen from taking the shell with it. */
export class FailureGuard extends Component<
  { readonly place: string; readonly quiet?: boolean; readonly children: ReactNode },
  { readonly failedAt: string | null }
> {
  override state: { readonly failedAt: string | null } = { failedAt: null };

  static getDerivedStateFromError(): { readonly failedAt: string } {
    return { failedAt: '' };
  }

  override componentDidUpdate(before: { readonly place: string }): void {
    if (this.state.failedAt !== null && before.place !== this.props.place) this.setState({ failedAt: null });
  }

  override render(): ReactNode {
    if (this.state.failedAt === null) return this.props.children;
    if (this.props.quiet) return null;
    return <Broken onReopen={() => this.setState({ failedAt: null })} />;
  }
}
