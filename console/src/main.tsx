// Where the console starts.

import { render } from 'preact';
import { Shell } from './app/shell';
import './style/base.css';
import './style/shell.css';
import './style/parts.css';
import './style/beds.css';
import './style/messages.css';
import './style/pages.css';

render(<Shell />, document.getElementById('app')!);
