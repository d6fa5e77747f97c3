// Not a module: it runs before the page is drawn, so that nothing flashes in the wrong colours.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const read = () => {
    try {
      return localStorage.getItem("nmt.theme");
    } catch {
      return null; // a browser that keeps nothing
    }
  };
  const isDark = () => (read() ?? (system.matches ? "dark" : "light")) === "dark";

  const show = () => {
    root.dataset.theme = isDark() ? "dark" : "light";
    document.getElementById("theme")?.setAttribute("aria-pressed", String(isDark()));
  };

  show();
  system.addEventListener("change", show);
  document.addEventListener("DOMContentLoaded", () => {
    show();
    document.getElementById("theme")?.addEventListener("click", () => {
      try {
        localStorage.setItem("nmt.theme", isDark() ? "light" : "dark");
      } catch {
        return;
      }
      show();
    });
  });
})();
