// Written by `npm run build` in console/.
files! {
    "assets/base.js"
    "assets/beds.js"
    "assets/channel.js"
    "assets/channels.js"
    "assets/dead-letters.js"
    "assets/index.js"
    "assets/job.js"
    "assets/jobs.js"
    "assets/message.js"
    "assets/messages.js"
    "assets/overview.js"
    "assets/style.css"
    "icon.svg"
    "index.html"
    "theme.js"
}
