;; FEED=URL emacs --batch -l elfeed.el: what elfeed reads, one JSON line for each entry.  -*- lexical-binding: t -*-

(package-initialize)
(require 'elfeed)
(require 'json)

(setq elfeed-db-directory (expand-file-name "elfeed" (getenv "HOME")))
(setq elfeed-use-curl (and (executable-find "curl") t))
(setq elfeed-feeds (list (getenv "FEED")))
(set-language-environment "UTF-8")

(let ((done nil))
  (add-hook 'elfeed-update-hooks (lambda (_url) (setq done t)))
  (elfeed-update-feed (getenv "FEED"))
  (with-timeout (30 (message "no answer")) (while (not done) (accept-process-output nil 0.05))))

(with-elfeed-db-visit (entry _feed)
  (princ
   (concat
     (json-encode
      (list (cons 'title (elfeed-entry-title entry))
            (cons 'published (floor (elfeed-entry-date entry)))
            (cons 'link (elfeed-entry-link entry))
            (cons 'id (cdr (elfeed-entry-id entry)))
            (cons 'enclosures (vconcat (mapcar (lambda (each) (vector (nth 0 each) (nth 2 each) (nth 1 each)))
                                               (elfeed-entry-enclosures entry))))
            (cons 'content (elfeed-deref (elfeed-entry-content entry)))))
     "\n")))
