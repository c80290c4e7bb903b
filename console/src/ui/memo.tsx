// Draws a part again only when what it shows has changed.

import { Component } from 'preact';
import type { ComponentType, FunctionComponent } from 'preact';
import { h } from 'preact';

export function memo<P extends object>(part: FunctionComponent<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>) {
      const [before, after] = [this.props as Record<string, unknown>, next as Record<string, unknown>];
      const names = new Set([...Object.keys(before), ...Object.keys(after)]);
      return [...names].some((name) => before[name] !== after[name]);
    }
    override render() {
      return h(part as FunctionComponent<object>, this.props as object);
    }
  } as unknown as ComponentType<P>;
}
