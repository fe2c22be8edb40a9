// Beside allauth's own scripts: says in words when a passkey did not work. Buttons that need a script show only with one.
for (const element of document.querySelectorAll("[data-needs-script]")) {
  element.hidden = !window.PublicKeyCredential;
}
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const place = document.querySelector("[data-passkey-error]");
  if (place) place.hidden = false;
});
