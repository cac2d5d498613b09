// <dialog> opened by `data-opens="id"`; the browser keeps focus inside and gives it back.

export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) openDialog(opener.dataset.opens);
  });
}

export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
}
