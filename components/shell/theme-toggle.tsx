'use client';

import styles from '@/components/ui/ui.module.css';

/** Light, dark: kept in a cookie so that the server renders the right one at once. */
export function ThemeToggle() {
  const flip = () => {
    const root = document.documentElement;
    const dark = root.dataset.theme
      ? root.dataset.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    document.cookie = `theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Lax`;
    window.dispatchEvent(new Event('themechange'));
  };
  return (
    <button
      type="button"
      className={styles.icon}
      onClick={flip}
      aria-label="Switch between light and dark"
    >
      ◐
    </button>
  );
}
