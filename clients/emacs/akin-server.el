;;; akin-server.el --- The server of akin, and requests to it  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The Akin authors

;; Author: The Akin authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The process "akin serve", started by the first request and anew when
;; it dies, over jsonrpc.el.  What it is for is in akin.el.

;;; Code:

(require 'akin-documents)
(require 'cl-lib)
(require 'jsonrpc)
(require 'project)
(require 'subr-x)

(defgroup akin nil
  "Search by meaning with a local model."
  :group 'matching)

(defcustom akin-command '("akin" "serve")
  "The program and its arguments.
With \"--shared\" all editors of a user share one process, and so one
model in memory."
  :type '(repeat string))

(defcustom akin-folder-function #'akin-project-folder
  "Function that returns the folder to search from the current buffer."
  :type 'function)

;;; Where to search

(defun akin-project-folder ()
  "Return the folder of the current project, or else `default-directory'."
  (if-let ((project (project-current)))
      (project-root project)
    default-directory))

(defun akin--folder ()
  "Return the real path of the folder to search, without a slash at its end."
  (directory-file-name (file-truename (funcall akin-folder-function))))

;;; The server

;; jsonrpc.el tells nobody the id of a request, which a cancellation needs.
(defclass akin--connection (jsonrpc-process-connection)
  ((sent-id :initform nil :accessor akin--sent-id
            :documentation "The id of the request that was sent last."))
  :documentation "A connection to akin that knows the id of its last request.")

(cl-defmethod jsonrpc-connection-send :before ((connection akin--connection)
                                               &rest arguments)
  "Keep the id of a request to CONNECTION, which is among the ARGUMENTS."
  (when-let ((id (and (plist-get arguments :method)
                      (plist-get arguments :id))))
    (setf (akin--sent-id connection) id)))

(cl-defstruct (akin--request (:constructor akin--make-request))
  "A request and what happens with its answer."
  method params on-success on-failure (tries 0) waits connection id)

(defconst akin--most-tries 2
  "How many servers a request is sent to, when they die.")

(defvar akin--server nil
  "The connection to the server, which may have ended.")

(defvar akin--is-left nil
  "Whether Emacs is being left: nothing is started any more.")

(defvar akin--known-folders nil
  "The folders that the server was told of.")

(defvar akin--progress nil
  "Alist from a progress token to the function that gets its values.")

(defvar akin--last-token 0
  "The progress token that was used last.")

(defun akin--start ()
  "Start the server and keep the connection to it as `akin--server'."
  (unless (executable-find (car akin-command))
    (user-error "%s is not on `exec-path'; build it with \"make install\", or set `akin-command'"
                (car akin-command)))
  (let ((connection
         (make-instance
          'akin--connection
          :name "akin"
          :events-buffer-scrollback-size 0
          :notification-dispatcher #'akin--notified
          :process (lambda ()
                     (make-process :name "akin" :command akin-command
                                   :connection-type 'pipe :coding 'utf-8-emacs-unix
                                   :stderr (get-buffer-create "*akin stderr*")
                                   :noquery t)))))
    (setq akin--server connection
          akin--known-folders (list (akin--folder)))
    (add-hook 'after-save-hook #'akin--saved)
    (add-hook 'kill-emacs-hook #'akin--leave)
    (add-function :after after-focus-change-function #'akin--look-again)
    (jsonrpc-async-request
     connection :initialize
     `(:processId ,(emacs-pid)
       :clientInfo (:name "Emacs")
       :capabilities (:general (:positionEncodings ["utf-32"]))
       :workspaceFolders ,(vconcat (mapcar #'akin--workspace-folder akin--known-folders)))
     :timeout nil :success-fn #'ignore :error-fn #'ignore)
    (jsonrpc-notify connection :initialized nil)
    (akin--forget-documents)))

(defun akin--leave ()
  "End the server: Emacs is being left, and nobody waits any more."
  (let ((server akin--server))
    (setq akin--server nil
          akin--is-left t)
    (when (and server (jsonrpc-running-p server))
      (delete-process (jsonrpc--process server)))))

(defun akin--notify (method params)
  "Send the notification METHOD with PARAMS to the server."
  (jsonrpc-notify akin--server method params))

(defun akin--look-again ()
  "Tell a running server that files may have changed while nobody looked.
As by a checkout in another window."
  (when (and (frame-focus-state) akin--server (jsonrpc-running-p akin--server))
    (akin--notify
     :workspace/didChangeWatchedFiles
     `(:changes ,(vconcat (mapcar (lambda (folder)
                                    (list :uri (concat (akin--uri folder) "/") :type 2))
                                  akin--known-folders))))))

(defun akin--workspace-folder (folder)
  "Return FOLDER as the protocol has it."
  (list :uri (akin--uri folder) :name (file-name-nondirectory folder)))

(defun akin--tell-folder ()
  "Tell the server of this buffer's folder, where it does not know it.
What is indexed of it is brought up to date in the background."
  (let ((folder (akin--folder)))
    (unless (member folder akin--known-folders)
      (push folder akin--known-folders)
      (jsonrpc-notify akin--server :workspace/didChangeWorkspaceFolders
                      `(:event (:added [,(akin--workspace-folder folder)] :removed []))))))

(defun akin--connect ()
  "Return a connection to a live server, started where there is none."
  (if (and akin--server (jsonrpc-running-p akin--server))
      (akin--tell-folder)
    (akin--start))
  (akin--tell-documents (akin--folder) #'akin--notify)
  akin--server)

(defun akin--saved ()
  "Tell a running server that the file of this buffer was saved.
Searches then find what it holds now."
  (when (and akin--server (jsonrpc-running-p akin--server))
    (akin--document-saved (current-buffer) #'akin--notify)))

(defun akin--notified (_connection method params)
  "Give the value of a progress notification METHOD with PARAMS to who asked."
  (when (eq method '$/progress)
    (when-let ((function (alist-get (plist-get params :token) akin--progress)))
      (funcall function (plist-get params :value)))))

(defun akin--send (request)
  "Send REQUEST to the server, started where it does not run."
  (cl-incf (akin--request-tries request))
  (setf (akin--request-waits request) t)
  (condition-case failure
      (let ((connection (akin--connect)))
        (setf (akin--request-connection request) connection)
        (jsonrpc-async-request
         connection (akin--request-method request) (akin--request-params request)
         :timeout nil
         :success-fn (akin--request-on-success request)
         :error-fn (lambda (failure) (akin--failed request failure)))
        (setf (akin--request-id request) (akin--sent-id connection)))
    ;; There is no program to start.
    (user-error (if (= (akin--request-tries request) 1)
                    (signal (car failure) (cdr failure))
                  (akin--failed request (list :message (error-message-string failure)))))
    ;; The server died, and Emacs learns of it by writing to it.
    (error (setf (akin--request-connection request) akin--server)
           (when akin--server (delete-process (jsonrpc--process akin--server)))
           (setq akin--server nil)
           (akin--failed request (list :code -1 :message (error-message-string failure)))))
  request)

(defun akin--failed (request failure)
  "Do what REQUEST wants on FAILURE, an error object.
Where the server died, start it again once for the request."
  (let ((code (plist-get failure :code))
        (again (< (akin--request-tries request) akin--most-tries)))
    ;; jsonrpc.el tells of the server's death by -1, while its process is
    ;; being taken apart, and it may tell twice.  -32019 is the death of
    ;; the shared process.
    (cond ((or akin--is-left (not (akin--request-waits request))))
          ((and again (memql code '(-1 -32019)))
           (run-at-time 0 nil #'akin--send request))
          ((eql code -1)
           (run-at-time 0.1 nil #'akin--died-twice request))
          (t
           (funcall (akin--request-on-failure request) failure)))
    (setf (akin--request-waits request) nil)))

(defun akin--died-twice (request)
  "Tell REQUEST that two servers died with it, and what the last one said."
  (let* ((buffer (jsonrpc-stderr-buffer (akin--request-connection request)))
         (said (and (buffer-live-p buffer)
                    (with-current-buffer buffer (string-trim (buffer-string))))))
    (funcall (akin--request-on-failure request)
             (list :message (concat "the server ended twice"
                                    (unless (string-empty-p (or said ""))
                                      (concat ": " said)))))))

(defun akin--complain (failure)
  "Say what FAILURE, an error object, is about, and what to do about it."
  (message "Akin: %s"
           (pcase (plist-get failure :code)
             (-32009 (format "%s is not indexed yet; M-x akin-index does it"
                             (file-name-nondirectory (akin--folder))))
             (-32004 (concat (plist-get failure :message) "  Run \"akin pull\"."))
             (_ (plist-get failure :message)))))

(cl-defun akin--ask (method params on-success &key (on-failure #'akin--complain))
  "Send METHOD with PARAMS and return the request.
ON-SUCCESS is called with the result, or ON-FAILURE with the error object."
  (akin--send (akin--make-request :method method :params params
                                  :on-success on-success :on-failure on-failure)))

(defun akin--cancel (request)
  "Cancel REQUEST, which may be nil or have its answer already."
  (when request
    (let ((connection (akin--request-connection request)))
      (when (jsonrpc-running-p connection)
        (jsonrpc-notify connection :$/cancelRequest
                        (list :id (akin--request-id request)))))))

(provide 'akin-server)
;;; akin-server.el ends here
