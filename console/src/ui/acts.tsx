// The buttons that do something, while it is being done: they keep the keyboard's place, say what goes on, and do nothing.

import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../texts';

interface Act {
  /** It is being done. */
  busy?: boolean;
  /** It can be done. */
  ready?: boolean;
  onClick?: () => void;
  children: ComponentChildren;
}

type ActProps = Act & Pick<JSX.IntrinsicElements['button'], 'class' | 'type' | 'autofocus' | 'aria-label'> & {
  /** Something else on the page says what goes on. */
  quiet?: boolean;
};

/** A button that is switched off would lose the cursor to nowhere (WCAG 2.4.3): this one says that it does nothing now, and
 * does nothing. Enter in a field of a form comes here too, as a click on the button that sends it. */
export function ActButton({ busy = false, ready = true, quiet = false, type = 'button', onClick, children, ...rest }: ActProps) {
  const isOff = busy || !ready;
  // Of several that are busy together one was pressed, and it alone says so.
  const pressed = useRef(false);
  useLayoutEffect(() => {
    if (!busy) pressed.current = false;
  }, [busy]);
  return (
    <>
      <button
        {...rest}
        type={type}
        aria-disabled={isOff ? 'true' : undefined}
        onClick={(event) => {
          if (isOff) return event.preventDefault();
          pressed.current = true;
          onClick?.();
        }}
      >
        {children}
      </button>
      {!quiet && <span class="hidden" role="status">{busy && pressed.current ? t.common.sending : ''}</span>}
    </>
  );
}

/** The end of a window that asks: leave it, or do it. What is on its way goes on when the window is closed, so that is not
 * called cancelling, unless what goes on is `harmless`: then it says so with these words. Without `onClick` it sends the form. */
export function DialogActs({ busy = false, harmless, danger, autofocus, close, onClick, children, ...act }: Act & { harmless?: string | false; danger?: boolean; autofocus?: boolean; close: () => void }) {
  return (
    <>
      <p class="on-its-way" role="status">{busy && (harmless || t.common.onItsWay)}</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={close}>{busy && !harmless ? t.common.close : t.common.cancel}</button>
        <ActButton {...act} quiet busy={busy} type={onClick ? 'button' : 'submit'} class={danger ? 'button danger' : 'button primary'} autofocus={autofocus ?? false} onClick={onClick}>{children}</ActButton>
      </div>
    </>
  );
}
