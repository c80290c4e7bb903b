# What Wardline needs of Vault or OpenBao: one Transit key, made with derived=true.
# `keys rotate` is refused without the last rule; leave it out where somebody else rotates.
path "transit/keys/wardline" {
  capabilities = ["read"]
}
path "transit/encrypt/wardline" {
  capabilities = ["update"]
}
path "transit/decrypt/wardline" {
  capabilities = ["update"]
}
path "transit/rewrap/wardline" {
  capabilities = ["update"]
}
path "transit/keys/wardline/rotate" {
  capabilities = ["update"]
}
